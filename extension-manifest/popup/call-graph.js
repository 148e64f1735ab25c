// The last minute of a call, drawn.

const svg = 'http://www.w3.org/2000/svg';
const width = 154;
const height = 30;
const most = 60;

/**
 * What is drawn of a call: a name, the members of a sample, the least top of the scale, and how the newest value is written.
 *
 * @type {{name: string, members: string[], top: number, text: (sample: any) => string}[]}
 */
const graphs = [
  { name: 'Loss', members: ['lossPercent', 'remoteLossPercent'], top: 5, text: (s) => `in ${s.lossPercent.toFixed(1)} %, out ${s.remoteLossPercent.toFixed(1)} %` },
  { name: 'Jitter', members: ['jitterMs'], top: 20, text: (s) => `${s.jitterMs.toFixed(0)} ms` },
  { name: 'Round trip', members: ['roundTripMs'], top: 100, text: (s) => (s.roundTripMs === null ? 'not known yet' : `${s.roundTripMs.toFixed(0)} ms`) },
  { name: 'Level', members: ['microphoneDB', 'farEndDB'], top: 60, text: (s) => `you ${decibels(s.microphone)}, they ${decibels(s.farEnd)}` },
];

/** @param {number} level 0…1 */
function decibels(level) {
  return level < 0.001 ? 'quiet' : `${(20 * Math.log10(level)).toFixed(0)} dB`;
}

/** Loudness as height: −60 dB is the floor. */
const heard = (level) => Math.max(0, 60 + 20 * Math.log10(Math.max(level, 1e-6)));

/**
 * @param {any[]} history  samples, the oldest first
 * @returns {HTMLElement}
 */
export function callGraphs(history) {
  const samples = history.map((sample) => ({ ...sample, microphoneDB: heard(sample.microphone), farEndDB: heard(sample.farEnd) }));
  const element = document.createElement('div');
  element.className = 'graphs';
  for (const { name, members, top, text } of graphs) {
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    const value = document.createElement('span');
    value.textContent = samples.length > 0 ? text(samples[samples.length - 1]) : '…';
    caption.append(name, value);
    figure.append(curves(samples, members, top), caption);
    element.append(figure);
  }
  return element;
}

function curves(samples, members, top) {
  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  picture.setAttribute('aria-hidden', 'true');
  const highest = Math.max(top, ...samples.flatMap((sample) => members.map((member) => sample[member] ?? 0)));
  members.forEach((member, index) => {
    const curve = document.createElementNS(svg, 'polyline');
    curve.setAttribute('class', `curve-${index}`);
    // The newest is at the right edge.
    const points = samples.map((sample, position) => {
      const x = width - ((samples.length - 1 - position) * width) / (most - 1);
      const y = height - 1 - ((sample[member] ?? 0) / highest) * (height - 2);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    });
    curve.setAttribute('points', points.join(' '));
    picture.append(curve);
  });
  return picture;
}
