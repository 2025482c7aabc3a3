// Streams of samples at another rate.

/** Sound, by a windowed sinc whose cut-off lies below half of the lower rate. */
export class Resampler {
  constructor(from, to) {
    this.ratio = from / to;
    const cut = 0.92 * Math.min(1, to / from);
    this.half = Math.ceil(16 / cut);
    this.phases = 256;
    this.table = [];
    for (let phase = 0; phase <= this.phases; ++phase) {
      const taps = new Float32Array(2 * this.half);
      let sum = 0;
      for (let i = 0; i < taps.length; ++i) {
        const x = i - this.half + 1 - phase / this.phases;
        const sinc = x === 0 ? 1 : Math.sin(Math.PI * cut * x) / (Math.PI * cut * x);
        const hann = Math.abs(x) < this.half ? 0.5 + 0.5 * Math.cos(Math.PI * x / this.half) : 0;
        taps[i] = sinc * hann;
        sum += taps[i];
      }
      for (let i = 0; i < taps.length; ++i) taps[i] /= sum;
      this.table.push(taps);
    }
    this.held = new Float32Array(2 * this.half);
    this.position = this.held.length;  // of the next output, in `held` and what follows it: the first lies at the first input
  }

  push(values) {
    if (this.ratio === 1) return values;
    const all = new Float32Array(this.held.length + values.length);
    all.set(this.held);
    all.set(values, this.held.length);
    const out = [];
    while (Math.floor(this.position) + this.half < all.length) {
      const whole = Math.floor(this.position);
      const taps = this.table[Math.round((this.position - whole) * this.phases)];
      let sum = 0;
      for (let i = 0, at = whole - this.half + 1; i < taps.length; ++i) sum += taps[i] * all[at + i];
      out.push(sum);
      this.position += this.ratio;
    }
    const used = Math.max(0, Math.floor(this.position) - this.half);
    this.held = all.slice(used);
    this.position -= used;
    return out;
  }
}

/** Readings that come when they come, each with its time in ms, as frames at a rate: linear between two readings. */
export class Interpolator {
  constructor(rate) { this.step = 1000 / rate; }

  push(time, values) {
    const out = [];
    if (this.last === undefined || time - this.last.time > 1000 || time <= this.last.time) {
      if (this.last !== undefined && time <= this.last.time) return out;
      this.next = time;  // at the beginning, and after a pause
    } else {
      for (; this.next <= time; this.next += this.step) {
        const share = (this.next - this.last.time) / (time - this.last.time);
        values.forEach((value, i) => out.push(this.last.values[i] + share * (value - this.last.values[i])));
      }
    }
    this.last = { time, values };
    return out;
  }
}
