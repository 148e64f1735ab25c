// Both ends of the calls that are recorded: several connections in one page, driven from Python.
const connections = [];
let socket, microphone;

globalThis.connect = (port) => new Promise((resolve, reject) => {
  socket = new WebSocket(`ws://127.0.0.1:${port}`);
  socket.onopen = () => resolve();
  socket.onerror = () => reject(new Error("no recorder"));
});

// The sound as it is in the file.
globalThis.takeMicrophone = async () => {
  microphone = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 },
  });
};

const gathered = async (connection) => {
  while (connection.iceGatheringState !== "complete") await new Promise((next) => setTimeout(next, 20));
  return connection.localDescription.sdp;
};

globalThis.offer = async (number, codec) => {
  const connection = connections[number] = new RTCPeerConnection();
  const transceiver = connection.addTransceiver(microphone.getAudioTracks()[0], { direction: "sendonly", streams: [microphone] });
  const codecs = RTCRtpSender.getCapabilities("audio").codecs.filter((one) => one.mimeType.toLowerCase() === `audio/${codec}`.toLowerCase());
  transceiver.setCodecPreferences(codecs);
  await connection.setLocalDescription();
  return gathered(connection);
};

globalThis.answer = async (number, sdp) => {
  const connection = connections[number] = new RTCPeerConnection();
  connection.ontrack = ({ track, streams }) => {
    // Something has to play it, else nothing is asked of the jitter buffer.
    const player = document.createElement("audio");
    player.srcObject = streams[0] ?? new MediaStream([track]);
    player.autoplay = true;
    document.body.append(player);
    keep(number, track);
  };
  await connection.setRemoteDescription({ type: "offer", sdp });
  await connection.setLocalDescription();
  return gathered(connection);
};

globalThis.accept = (number, sdp) => connections[number].setRemoteDescription({ type: "answer", sdp });

// The blocks of 10 ms as the jitter buffer gives them: no clock of an AudioContext comes between.
const keep = async (number, track) => {
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 500 }).readable.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const message = new ArrayBuffer(4 + value.numberOfFrames * 4);
    new DataView(message).setUint32(0, number, true);
    const samples = new Float32Array(message, 4);
    value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    if (value.sampleRate !== 48000) console.error(`a block at ${value.sampleRate} Hz`);
    value.close();
    socket.send(message);
  }
};

const inbound = async (number) => {
  for (const report of (await connections[number].getStats()).values()) if (report.type === "inbound-rtp") return report;
  return {};
};

globalThis.isFlowing = async (number) => (await inbound(number)).totalSamplesReceived > 0;

globalThis.figures = () => Promise.all(connections.map((_, number) => inbound(number)));

globalThis.sent = () => Promise.all(connections.map(async (connection) => {
  for (const report of (await connection.getStats()).values()) if (report.type === "outbound-rtp") return report;
  return {};
}));
