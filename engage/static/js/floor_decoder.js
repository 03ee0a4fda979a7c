/* Opus packets to samples: by the browser's own codec, or by one in a worker where it has none. */
(() => {
  const CONFIG = { codec: "opus", sampleRate: 48000, numberOfChannels: 1 };
  const PACKET = 60000; // microseconds
  let worker = null;
  const hearing = new Map(); // in the worker: a decoder's number to who gets its samples
  let number = 0;

  async function hasOpus() {
    try {
      return (await AudioDecoder.isConfigSupported(CONFIG)).supported;
    } catch {
      return false;
    }
  }

  function own(give) {
    let decoder = null;
    let at = 0;

    function output(data) {
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      data.close();
      give(samples);
    }

    function begin() {
      decoder = new AudioDecoder({ output, error: () => {} });
      decoder.configure(CONFIG);
    }

    function decode(packet) {
      if (decoder?.state !== "configured") begin();
      decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: at, data: packet }));
      at += PACKET;
    }

    function stop() {
      if (decoder?.state === "configured") decoder.close();
    }
    return { decode, stop };
  }

  function begun({ wasm, opus }) {
    const made = new Worker(wasm);
    made.postMessage({ opus });
    return new Promise((done, fail) => {
      made.onerror = fail;
      made.onmessage = ({ data }) => {
        if (data.isReady) done(made);
        else if (data.failed) fail(new Error(data.failed));
        else hearing.get(data.id)?.(data.samples);
      };
    });
  }

  function inWorker(give) {
    let id = 0;

    function decode(packet) {
      if (!id) hearing.set((id = ++number), give);
      worker.postMessage({ id, packet });
    }

    function stop() {
      if (id) worker.postMessage({ id });
      hearing.delete(id);
      id = 0;
    }
    return { decode, stop };
  }

  // Makes decoders: each is for one channel, may be used again after its stop, and gives nothing after it.
  // Fails where the worker cannot do it either.
  window.engageFloorDecoders = async (addresses) => {
    if (await hasOpus()) return own;
    worker ??= await begun(addresses);
    return inWorker;
  };
})();
