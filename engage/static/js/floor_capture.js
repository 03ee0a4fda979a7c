/* In the audio thread: what the microphone hears, cut into frames of 60 ms at the codec's rate. */
const FRAME_S = 0.06;

class Capture extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate } }) {
    super();
    this.step = sampleRate / rate; // not 1 in browsers that open a microphone only at its own rate
    this.size = Math.round(rate * FRAME_S);
    this.place = 0; // of the next sample, in this block; it may lie between the block before and this one
    this.last = 0;
    this.begin();
    this.port.onmessage = () => this.begin(); // what has been said until now goes no further
  }

  begin() {
    this.frame = new Float32Array(this.size);
    this.filled = 0;
  }

  process([[samples]]) {
    if (!samples) return true;
    for (; this.place <= samples.length - 1; this.place += this.step) this.put(this.between(samples));
    this.place -= samples.length;
    this.last = samples[samples.length - 1];
    return true;
  }

  between(samples) {
    const n = Math.floor(this.place);
    const before = n < 0 ? this.last : samples[n];
    return this.place === n ? before : before + (this.place - n) * (samples[n + 1] - before);
  }

  put(sample) {
    this.frame[this.filled++] = sample;
    if (this.filled < this.size) return;
    this.port.postMessage(this.frame, [this.frame.buffer]);
    this.begin();
  }
}

registerProcessor("engage-capture", Capture);
