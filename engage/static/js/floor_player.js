/* In the audio thread: one channel's sound, held back just enough that late packets still come in time.
   Whoever is behind hears it a little faster until it is made up; words are left out only after a whole second. */
const MS = sampleRate / 1000;
const SIZE = 2 ** 18; // samples: five seconds
const FIRST = 80 * MS;
const LEAST = 60 * MS;
const MOST = 500 * MS;
const LATER = 30 * MS; // after each time that nothing was there
const EARLIER = 10 * MS; // after each while in which something always was
const CALM = 20000 * MS;
const SLACK = 60 * MS; // one packet more or less is no reason to hurry
const HURRY = 1.04;
const LOST = 1000 * MS;
const FADE = 1 / (8 * MS);

class Player extends AudioWorkletProcessor {
  constructor() {
    super();
    this.ring = new Float32Array(SIZE);
    this.target = FIRST;
    this.calm = 0;
    this.gain = 0;
    this.sample = 0;
    this.clear();
    this.port.onmessage = ({ data }) => (data === "off" ? this.end() : this.take(data));
  }

  clear() {
    this.read = 0; // between two samples, at times
    this.written = 0;
    this.speed = 1;
    this.isPlaying = false;
    this.isEnding = false;
    this.isDry = false;
  }

  get held() {
    return this.written - this.read;
  }

  // What is held is not played any more.
  end() {
    if (this.isPlaying) this.isEnding = true;
    else this.clear();
  }

  take(samples) {
    if (this.isEnding) this.clear();
    if (this.isDry) this.wait();
    for (const sample of samples) this.ring[this.written++ % SIZE] = sample;
    if (this.held > LOST) this.read = this.written - this.target;
    if (this.held >= this.target) this.isPlaying = true;
  }

  wait() {
    this.isDry = false;
    this.calm = 0;
    this.target = Math.min(this.target + LATER, MOST);
  }

  process(_, [[out]]) {
    if (this.held > this.target + SLACK) this.speed = HURRY;
    else if (this.held <= this.target) this.speed = 1;
    for (let n = 0; n < out.length; n++) out[n] = this.next();
    this.relax(out.length);
    return true;
  }

  next() {
    if (this.isPlaying && this.held < 2) [this.isPlaying, this.isDry] = [false, true];
    if (this.isPlaying) this.advance();
    const wanted = this.isPlaying && !this.isEnding ? 1 : 0;
    this.gain += Math.max(-FADE, Math.min(FADE, wanted - this.gain));
    if (this.isEnding && this.gain <= 0) this.clear();
    return this.sample * this.gain;
  }

  advance() {
    const n = Math.floor(this.read);
    const before = this.ring[n % SIZE];
    this.sample = before + (this.read - n) * (this.ring[(n + 1) % SIZE] - before);
    this.read += this.speed;
  }

  relax(count) {
    this.calm += this.isPlaying ? count : 0;
    if (this.calm < CALM) return;
    this.calm = 0;
    this.target = Math.max(this.target - EARLIER, LEAST);
  }
}

registerProcessor("engage-player", Player);
