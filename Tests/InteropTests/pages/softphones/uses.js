// Notes what a page uses of WebRTC, Media Capture and Web Audio, and in what form: `RTCPeerConnection.createOffer({mandatory: {OfferToReceiveAudio: boolean}})`,
// `set RTCPeerConnection.ontrack`, `RTCPeerConnection.addEventListener(track)`, `new RTCPeerConnection(undefined)`. Runs before the page's first script, on the
// browser's own interfaces.
{
  const noted = new Set();
  /** Every use, once, sorted. */
  globalThis.usesOfThePage = () => [...noted].sort();

  const interfaces = [
    ...Object.getOwnPropertyNames(globalThis).filter((name) => /^RTC[A-Z]\w*$/.test(name) && !name.endsWith('Event')),
    'MediaStream', 'MediaStreamTrack', 'MediaDevices', 'AudioContext', 'BaseAudioContext', 'AnalyserNode', 'MediaStreamAudioDestinationNode', 'Permissions',
  ];
  const constructors = ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCSessionDescription', 'RTCIceCandidate', 'MediaStream', 'MediaStreamTrackEvent', 'AudioContext'];
  const media = ['srcObject', 'src', 'play', 'pause', 'load', 'volume', 'muted', 'autoplay', 'setSinkId', 'sinkId'];
  const observed = interfaces.map((name) => globalThis[name]).filter(Boolean);

  /** What a value is, without what it says: `string`, `{audio: boolean}`, `[MediaStream]`, `RTCSessionDescription`. */
  const form = (value, deepest = 3, depth = 0) => {
    if (value === null) return 'null';
    if (typeof value !== 'object') return typeof value;
    if (Array.isArray(value)) return `[${[...new Set(value.map((each) => form(each, deepest, depth + 1)))].sort().join(', ')}]`;
    const name = Object.prototype.toString.call(value).slice(8, -1);
    if (name !== 'Object' || depth > deepest) return name;
    return `{${Object.keys(value).sort().map((key) => `${key}: ${form(value[key], deepest, depth + 1)}`).join(', ')}}`;
  };
  const forms = (values, deepest) => `(${values.map((value) => form(value, deepest)).join(', ')})`;
  /** Their dictionaries are the browser's own, and so is what is inside. */
  const shallow = new Set(['setParameters', 'setCodecPreferences']);

  const observe = (name, prototype, members = Object.getOwnPropertyNames(prototype)) => {
    for (const member of members) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, member);
      if (!descriptor?.configurable || member === 'constructor') continue;
      if (typeof descriptor.value === 'function') {
        const original = descriptor.value;
        descriptor.value = { [member](...values) {
          noted.add(`${name}.${member}${forms(values, shallow.has(member) ? 0 : undefined)}`);
          return Reflect.apply(original, this, values);
        } }[member];
      } else if (descriptor.get) {
        const { get, set } = descriptor;
        descriptor.get = function () {
          noted.add(`get ${name}.${member}`);
          return Reflect.apply(get, this, []);
        };
        if (set) {
          descriptor.set = function (value) {
            noted.add(`set ${name}.${member} = ${member === 'direction' ? value : form(value)}`);
            return Reflect.apply(set, this, [value]);
          };
        }
      } else continue;
      Object.defineProperty(prototype, member, descriptor);
    }
  };
  for (const name of interfaces) if (globalThis[name]?.prototype) observe(name, globalThis[name].prototype);
  observe('HTMLMediaElement', HTMLMediaElement.prototype, media);
  observe('Navigator', Navigator.prototype, ['getUserMedia', 'webkitGetUserMedia', 'mediaDevices']);
  for (const name of ['RTCRtpSender', 'RTCRtpReceiver', 'RTCPeerConnection']) observe(name, globalThis[name], ['getCapabilities', 'generateCertificate']);

  for (const method of ['addEventListener', 'removeEventListener', 'dispatchEvent']) {
    const original = EventTarget.prototype[method];
    EventTarget.prototype[method] = { [method](...values) {
      const target = this === undefined || this === null ? globalThis : this;
      if (observed.some((kind) => target instanceof kind)) {
        noted.add(`${target.constructor.name}.${method}(${method === 'dispatchEvent' ? values[0]?.type : values[0]})`);
      }
      return Reflect.apply(original, this, values);
    } }[method];
  }
  for (const name of constructors) {
    globalThis[name] = new Proxy(globalThis[name], {
      construct(target, values, wanted) {
        noted.add(`new ${name}${forms(values)}`);
        return Reflect.construct(target, values, wanted);
      },
    });
  }
}
