/* What a microphone's frames become: Opus, or plain samples where the browser has no codec of its own. */
(() => {
  const OPUS = 1;
  const PCM = 2;
  const FRAME = 60000; // microseconds
  const CONFIG = {
    codec: "opus",
    sampleRate: 48000,
    numberOfChannels: 1,
    bitrate: 32000,
    opus: { frameDuration: FRAME, application: "voip" },
  };

  async function hasOpus() {
    try {
      return (await AudioEncoder.isConfigSupported(CONFIG)).supported;
    } catch {
      return false;
    }
  }

  function opus(give) {
    let encoder = null;
    let at = 0;

    function output(chunk) {
      const payload = new Uint8Array(chunk.byteLength);
      chunk.copyTo(payload);
      give(OPUS, payload);
    }

    function begin() {
      encoder = new AudioEncoder({ output, error: () => {} });
      encoder.configure(CONFIG);
    }

    function encode(samples) {
      if (encoder?.state !== "configured") begin();
      const { sampleRate, numberOfChannels } = CONFIG;
      const frame = { format: "f32-planar", sampleRate, numberOfChannels, numberOfFrames: samples.length, timestamp: at, data: samples };
      const data = new AudioData(frame);
      at += FRAME;
      encoder.encode(data);
      data.close();
    }

    // What is still in the codec goes no further.
    function stop() {
      if (encoder?.state === "configured") encoder.close();
    }
    return { rate: CONFIG.sampleRate, encode, stop };
  }

  function pcm(give) {
    function encode(samples) {
      const payload = new DataView(new ArrayBuffer(2 * samples.length));
      samples.forEach((sample, n) => payload.setInt16(2 * n, Math.max(-1, Math.min(1, sample)) * 32767, true));
      give(PCM, new Uint8Array(payload.buffer));
    }
    return { rate: 24000, encode, stop() {} };
  }

  // `give` gets a packet's kind and payload, one for each frame.
  window.engageFloorEncoder = async (give) => ((await hasOpus()) ? opus(give) : pcm(give));
})();
