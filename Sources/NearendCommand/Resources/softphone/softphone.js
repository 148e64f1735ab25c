// A small softphone against the standard WebRTC API. It signals by WebSocket to the server that serves it.
//
// For tests: ?room=NAME&auto=call|answer|call-me&name=NAME&processing=off&codec=red&configuration=JSON&details=1&keep=SECONDS (a redirected call outlives
// the page that long, and the page takes it back when it is loaded again); the state is body's data-state, and
// `softphone` (a global) shows the call's peer connection and when each state was entered.

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const keptFor = Number(query.get('keep') ?? 0);

const sentences = {
  idle: 'Ready', waiting: 'Waiting in the room', calling: 'Calling…', ringing: 'Incoming call',
  connecting: 'Connecting…', connected: 'In a call', ended: 'Call ended', failed: 'Call failed',
};

/** The server's WebSocket, in one room. */
class Signalling {
  #socket;

  /** @param {(message: object) => void} onMessage  @param {() => void} onClose */
  constructor(room, name, onMessage, onClose) {
    this.#socket = new WebSocket(new URL('signal', location.href.replace(/^http/, 'ws')));
    this.#socket.onopen = () => this.send({ type: 'join', room, name, stays: keptFor });
    this.#socket.onmessage = (event) => onMessage(JSON.parse(event.data));
    this.#socket.onclose = onClose;
  }

  send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  close() {
    this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket.close();
  }
}

/** One call, from dialling to hanging up. Reports by `onState(state, reason)`; ended and failed are final. */
class Call {
  connection = null;
  state = 'idle';
  #signalling;
  #role;
  #onState;
  #onRemoteStream;
  #stream = null;
  #offer = null;          // What rings: not answered yet.
  #candidates = [];       // Remote ones that came before the description they belong to.
  #work = Promise.resolve();

  /**
   * @param {'call'|'answer'|'call-me'} role  Who offers: we, the other, or the other because we ask it to.
   * @param {RTCPeerConnection | null} kept  One that is under way already.
   */
  constructor(role, room, name, kept, { onState, onRemoteStream }) {
    this.#role = role;
    this.#onState = onState;
    this.#onRemoteStream = onRemoteStream;
    if (kept) this.#goOn(kept);
    else this.#enter(role === 'call' ? 'calling' : 'waiting');
    this.#signalling = new Signalling(room, name,
      (message) => this.#queue(() => this.#receive(message)),
      () => this.#finish('failed', 'The signalling server is gone.'));
  }

  get sender() { return this.connection?.getSenders().find((sender) => sender.track?.kind === 'audio') ?? null; }

  async answer() {
    return this.#queue(async () => {
      const offer = this.#offer;
      if (!offer) return;
      this.#offer = null;
      this.#enter('connecting');
      await this.#connect();
      await this.#acceptOffer(offer);
    });
  }

  hangUp() {
    this.#signalling.send({ type: 'bye' });
    this.#finish('ended', '');
  }

  /** Sends silence instead of the microphone. */
  set muted(muted) { for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !muted; }

  async useMicrophone(deviceId) {
    if (!this.sender) return;
    const stream = await openMicrophone(deviceId);
    const [track] = stream.getAudioTracks();
    track.enabled = this.sender.track.enabled;
    await this.sender.replaceTrack(track);
    for (const old of this.#stream.getTracks()) old.stop();
    this.#stream = stream;
  }

  /** Steps run one after the other, so that a candidate never overtakes its description. */
  #queue(step) {
    this.#work = this.#work.then(async () => {
      if (this.#isOver) return;
      try { await step(); } catch (error) { this.#finish('failed', `${error.name}: ${error.message}`); }
    });
    return this.#work;
  }

  get #isOver() { return this.state === 'ended' || this.state === 'failed'; }

  async #receive(message) {
    switch (message.type) {
      case 'joined':
        if (message.members.length && !this.connection) await this.#begin();
        break;
      case 'arrived':
        if (!this.connection) await this.#begin();
        break;
      case 'call-me':
        if (!this.connection) await this.#placeOffer();
        break;
      case 'description':
        if (message.description.type === 'answer') {
          await this.connection.setRemoteDescription(message.description);
          await this.#addWaitingCandidates();
        } else if (this.connection) {
          await this.#acceptOffer(message.description);   // The other side changes the call.
        } else {
          this.#offer = message.description;
          this.#enter('ringing');
        }
        break;
      case 'candidate':
        this.#candidates.push(message.candidate);
        if (this.connection?.remoteDescription) await this.#addWaitingCandidates();
        break;
      case 'bye': case 'left':
        this.#finish('ended', 'The other side has hung up.');
        break;
      case 'error':
        this.#finish('failed', message.message);
        break;
    }
  }

  async #begin() {
    if (this.#role === 'call') await this.#placeOffer();
    if (this.#role === 'call-me') this.#signalling.send({ type: 'call-me' });
  }

  async #placeOffer() {
    await this.#connect();
    await this.connection.setLocalDescription(await this.connection.createOffer());
    this.#sendLocalDescription();
  }

  async #acceptOffer(offer) {
    await this.connection.setRemoteDescription(offer);
    await this.#addWaitingCandidates();
    await this.connection.setLocalDescription(await this.connection.createAnswer());
    this.#sendLocalDescription();
  }

  #sendLocalDescription() {
    const { type, sdp } = this.connection.localDescription;
    this.#signalling.send({ type: 'description', description: { type, sdp } });
  }

  async #addWaitingCandidates() {
    for (const candidate of this.#candidates.splice(0)) {
      await this.connection.addIceCandidate(candidate ?? undefined);
    }
  }

  /** Opens the microphone and makes the peer connection. */
  async #connect() {
    this.#stream = await openMicrophone($('microphone').value);
    if (this.#isOver) return void this.#stream.getTracks().forEach((track) => track.stop());
    const connection = new RTCPeerConnection(JSON.parse(query.get('configuration') ?? '{}'));
    await this.#attach(connection);
    for (const track of this.#stream.getAudioTracks()) connection.addTrack(track, this.#stream);
    preferCodec(connection);
    await listDevices();
  }

  /** A page before us has made the call. */
  #goOn(connection) {
    this.#stream = new MediaStream(connection.getSenders().flatMap(({ track }) => track ?? []));
    this.#attach(connection);
    this.#onRemoteStream(new MediaStream(connection.getReceivers().map(({ track }) => track)));
    this.#enter(connection.connectionState === 'connected' ? 'connected' : 'connecting');
  }

  async #attach(connection) {
    this.connection = connection;
    connection.onicecandidate = ({ candidate }) => this.#signalling.send({ type: 'candidate', candidate });
    connection.ontrack = ({ track, streams }) => this.#onRemoteStream(streams[0] ?? new MediaStream([track]));
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === 'connected') this.#enter('connected');
      if (connection.connectionState === 'failed') this.#finish('failed', 'The connection was lost.');
    };
    if (keptFor > 0) await navigator.mediaDevices.nearend?.keep(keptFor);
  }

  #enter(state, reason = '') {
    this.state = state;
    this.#onState(state, reason);
  }

  #finish(state, reason) {
    if (this.#isOver) return;
    this.#enter(state, reason);
    this.connection?.close();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#signalling.close();
  }
}

function openMicrophone(deviceId) {
  const constraints = deviceId ? { deviceId: { exact: deviceId } } : {};
  if (query.get('processing') === 'off') {
    Object.assign(constraints, { echoCancellation: false, noiseSuppression: false, autoGainControl: false });
  }
  return navigator.mediaDevices.getUserMedia({ audio: constraints, video: false });
}

// ---- the page ----

const softphone = globalThis.softphone = { call: null, entered: {}, reason: '', figures: {} };
const audio = $('remote-audio');
let connectedAt = 0;
let clock = 0;

/** Puts the codec that the address asks for before the others. */
function preferCodec(connection) {
  const wanted = query.get('codec');
  if (!wanted) return;
  const { codecs } = RTCRtpSender.getCapabilities('audio');
  const isWanted = ({ mimeType }) => mimeType.toLowerCase() === `audio/${wanted.toLowerCase()}`;
  for (const transceiver of connection.getTransceivers()) {
    transceiver.setCodecPreferences([...codecs.filter(isWanted), ...codecs.filter((codec) => !isWanted(codec))]);
  }
}

function show(state, reason) {
  softphone.entered[state] = performance.now();
  softphone.reason = reason;
  document.body.dataset.state = state;
  $('state').textContent = sentences[state];
  $('message').textContent = reason;
  if (state === 'connected' && !clock) {
    connectedAt = performance.now();
    clock = setInterval(tick, 1000);
    tick();
  }
  if (state === 'ended' || state === 'failed') {
    clearInterval(clock);
    clock = 0;
    audio.srcObject = null;
  }
  if (state === 'ringing' && query.get('auto') === 'answer') softphone.call.answer();
}

function tick() {
  const seconds = Math.floor((performance.now() - connectedAt) / 1000);
  $('timer').textContent = [Math.floor(seconds / 60), seconds % 60].map((n) => String(n).padStart(2, '0')).join(':');
  if ($('details').open) void showFigures();
}

function start(role, kept = null) {
  softphone.entered = { dialled: performance.now() };
  $('tones').textContent = '';
  $('timer').textContent = '00:00';
  setMuted(false);
  softphone.call = new Call(role, $('room').value, query.get('name') ?? 'softphone', kept, {
    onState: show,
    onRemoteStream(stream) {
      audio.srcObject = stream;
      audio.play().catch((error) => {
        if (error.name === 'NotAllowedError') $('message').textContent = 'The browser wants a click before it plays sound.';
      });
    },
  });
}

function setMuted(muted) {
  $('mute').setAttribute('aria-pressed', String(muted));
  $('mute').textContent = muted ? 'Unmute' : 'Mute';
  if (softphone.call) softphone.call.muted = muted;
}

/** What `getStats` says of the call, as a person and a test would read it. */
async function readFigures(connection) {
  const report = await connection.getStats();
  const all = [...report.values()];
  const find = (type, more = () => true) => all.find((stats) => stats.type === type && more(stats)) ?? {};
  const isAudio = (stats) => stats.kind === 'audio';
  const sent = find('outbound-rtp', isAudio);
  const received = find('inbound-rtp', isAudio);
  const transport = find('transport');
  const pair = report.get(transport.selectedCandidatePairId) ?? find('candidate-pair', (stats) => stats.nominated && stats.state === 'succeeded');
  const end = (id) => {
    const candidate = report.get(id);
    return candidate ? `${candidate.candidateType} ${candidate.address ?? '?'}:${candidate.port} ${candidate.protocol}` : undefined;
  };
  return {
    packetsDiscarded: received.packetsDiscarded,
    framesRepeated: received.fecPacketsReceived,
    codec: report.get(sent.codecId ?? received.codecId)?.mimeType,
    srtpProfile: transport.srtpCipher,
    dtlsCipher: transport.dtlsCipher,
    candidatePair: pair?.id ? { local: end(pair.localCandidateId), remote: end(pair.remoteCandidateId), nominated: pair.nominated ?? null } : undefined,
    roundTripMs: pair?.currentRoundTripTime === undefined ? undefined : Math.round(pair.currentRoundTripTime * 1000),
    packetsSent: sent.packetsSent,
    packetsReceived: received.packetsReceived,
    packetsLost: received.packetsLost,
    jitterMs: received.jitter === undefined ? undefined : Math.round(received.jitter * 1000),
    jitterBufferMs: received.jitterBufferEmittedCount ? Math.round(1000 * received.jitterBufferDelay / received.jitterBufferEmittedCount) : undefined,
    concealedPercent: received.totalSamplesReceived ? +(100 * received.concealedSamples / received.totalSamplesReceived).toFixed(2) : undefined,
  };
}
softphone.readFigures = () => readFigures(softphone.call.connection);

const labels = {
  codec: 'Codec', srtpProfile: 'Encryption', candidatePair: 'Path', roundTripMs: 'Round trip, ms', packetsSent: 'Packets sent',
  packetsReceived: 'Packets received', packetsLost: 'Packets lost', jitterMs: 'Jitter, ms', jitterBufferMs: 'Playout delay, ms', concealedPercent: 'Concealed, %',
};

async function showFigures() {
  const connection = softphone.call?.connection;
  if (!connection || connection.connectionState === 'closed') return;
  const figures = softphone.figures = await readFigures(connection);
  $('figures').replaceChildren(...Object.entries(labels).flatMap(([key, label]) => {
    const value = key === 'candidatePair' && figures.candidatePair ? `${figures.candidatePair.local} ↔ ${figures.candidatePair.remote}` : figures[key];
    const [term, description] = [document.createElement('dt'), document.createElement('dd')];
    term.textContent = label;
    description.textContent = value ?? '–';
    return [term, description];
  }));
}

async function listDevices() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  for (const [id, kind] of [['microphone', 'audioinput'], ['speaker', 'audiooutput']]) {
    const chosen = $(id).value;
    const options = devices.filter((device) => device.kind === kind && device.deviceId)
      .map((device) => new Option(device.label || kind, device.deviceId));
    $(id).replaceChildren(new Option('As the system chooses', ''), ...options);
    $(id).value = options.some((option) => option.value === chosen) ? chosen : '';
  }
}

function report(error) { $('message').textContent = `${error.name}: ${error.message}`; }

$('dial').onsubmit = (event) => { event.preventDefault(); start('call'); };
$('wait').onclick = () => { if ($('dial').reportValidity()) start('answer'); };
$('answer').onclick = () => softphone.call.answer();
$('decline').onclick = $('hang-up').onclick = () => softphone.call.hangUp();
$('mute').onclick = () => setMuted($('mute').getAttribute('aria-pressed') !== 'true');
$('details').ontoggle = () => showFigures().catch(report);
$('microphone').onchange = () => softphone.call?.useMicrophone($('microphone').value).catch(report);
$('speaker').onchange = () => audio.setSinkId($('speaker').value).catch(report);
for (const tone of '123456789*0#') {
  const key = document.createElement('button');
  key.type = 'button';
  key.textContent = tone;
  key.dataset.tone = tone;
  key.onclick = () => {
    try {
      softphone.call.sender.dtmf.insertDTMF(tone, 120, 60);
      $('tones').textContent += tone;
    } catch (error) { report(error); }
  };
  $('keypad').append(key);
}

if (navigator.mediaDevices) {
  navigator.mediaDevices.ondevicechange = () => listDevices().catch(report);
  listDevices().catch(report);
} else {
  report({ name: 'NotSupportedError', message: 'This page needs HTTPS or a loopback address to use the microphone.' });
}
if (query.has('room')) $('room').value = query.get('room');
if (query.get('details') === '1') $('details').open = true;
if (query.has('auto')) {
  // Where there is nothing to take back, or nobody who keeps, the page begins as ever.
  const kept = keptFor > 0 ? (navigator.mediaDevices?.nearend?.reclaim() ?? Promise.resolve([])) : Promise.resolve([]);
  kept.catch(() => []).then(([connection = null]) => start(query.get('auto'), connection));
}
