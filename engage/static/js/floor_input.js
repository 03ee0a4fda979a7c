/* One open microphone: its frames, its level, a sample of it for the ear of whoever speaks. */
(() => {
  const CLEAN = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

  // Firefox joins a microphone only to a context of its own rate; the capture then makes the codec's of it.
  function joined(stream, rate) {
    for (const options of [{ sampleRate: rate }, {}]) {
      const context = new AudioContext({ latencyHint: "interactive", ...options });
      try {
        return [context, context.createMediaStreamSource(stream)];
      } catch {
        context.close();
      }
    }
    throw new DOMException("", "NotReadableError");
  }

  function tellDevice(type) {
    if (navigator.audioSession) navigator.audioSession.type = type;
  }

  async function captured([context, source], worklet, rate) {
    await context.audioWorklet.addModule(worklet);
    const options = { channelCount: 1, channelCountMode: "explicit", processorOptions: { rate } };
    const capture = new AudioWorkletNode(context, "engage-capture", options);
    source.connect(capture).connect(context.destination); // silent: only what is connected is run everywhere
    await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 1000))]);
    return capture;
  }

  // Raises what getUserMedia raises. `hear` has onFrame(samples) and onEnd(): the device has gone.
  window.engageFloorInput = async ({ worklet, rate, device }, hear) => {
    if (!navigator.mediaDevices) throw new DOMException("", "SecurityError");
    tellDevice("play-and-record");
    const wanted = device ? { ...CLEAN, deviceId: { exact: device } } : CLEAN;
    const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
    const [track] = stream.getAudioTracks();
    const graph = joined(stream, rate);
    const [context] = graph;
    const capture = await captured(graph, worklet, rate);
    capture.port.onmessage = ({ data }) => hear.onFrame(data);
    track.onended = () => hear.onEnd();

    function play(frames) {
      const buffer = new AudioBuffer({ length: frames.length * frames[0].length, sampleRate: rate });
      frames.forEach((frame, n) => buffer.copyToChannel(frame, 0, n * frame.length));
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(context.destination);
      source.start();
      return new Promise((done) => (source.onended = done));
    }

    function close() {
      track.onended = null;
      track.stop();
      context.close();
      tellDevice("auto");
    }

    return {
      device: track.getSettings().deviceId,
      isRunning: () => context.state === "running",
      resume: () => context.resume(),
      anew: () => capture.port.postMessage("anew"),
      silence: (isMuted) => (track.enabled = !isMuted),
      play,
      close,
    };
  };

  // 0 to 1, from -60 dB to full.
  window.engageFloorLevel = (samples) => {
    const power = samples.reduce((sum, each) => sum + each * each, 0) / samples.length;
    return Math.max(0, Math.min(1, 1 + (10 * Math.log10(power + 1e-9)) / 60));
  };
})();
