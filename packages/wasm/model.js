// The model's module: samples in, decisions and events out. Knows nothing of pages or sensors.
const arrays = { i16: Int16Array, u8: Uint8Array, f32: Float32Array };
const waiting = 0, event = 2, failed = 3;

export class Model {
  /** `facts`: model.json; `bytes`: model.wasm. */
  static async load(facts, bytes) {
    const { instance } = await WebAssembly.instantiate(bytes, {});
    return new Model(facts, instance.exports);
  }

  constructor(facts, module) {
    this.facts = facts;
    this.module = module;
    /** Milliseconds of the last decision, and the longest. */
    this.timing = { last: 0, longest: 0 };
  }

  selfTest() { return this.module.self_test() === 0; }
  reset() { this.module.reset(); }
  lost() { return this.module.lost_frames(); }
  bad() { return this.module.bad_values(); }

  /** Whole frames, channels interleaved, in the model's units. Calls `heard` with each decision. */
  push(values, heard) {
    const { channels, sample } = this.facts, room = this.module.room();
    const buffer = new arrays[sample](this.module.memory.buffer, this.module.buffer(), room * channels.length);
    const [low, high] = sample === 'i16' ? [-32768, 32767] : [0, 255];
    for (let at = 0; at < values.length;) {
      const count = Math.min(values.length - at, buffer.length);
      for (let i = 0; i < count; ++i) {
        const value = values[at + i];
        buffer[i] = sample === 'f32' ? value : Math.round(Math.min(high, Math.max(low, value)));
      }
      this.module.push(count / channels.length);
      at += count;
      this.poll(heard);
    }
  }

  /** A picture of any size, as canvas.getImageData() gives it. */
  pushPicture(image, heard) {
    new Uint8Array(this.module.memory.buffer, this.module.picture(), image.data.length).set(image.data);
    if (!this.module.push_picture(image.width, image.height)) throw new Error(`a picture of ${image.width} x ${image.height} does not fit`);
    this.poll(heard);
  }
  /** Both sides of a picture are at most this long. */
  pictureLimit() { return this.module.picture_limit(); }

  poll(heard) {
    for (;;) {
      const begin = performance.now();
      const what = this.module.poll();
      if (what === waiting) return;
      if (what === failed) throw new Error('the model has no memory');
      this.timing.last = performance.now() - begin;
      this.timing.longest = Math.max(this.timing.longest, this.timing.last);
      const count = this.facts.labels.length;
      heard({
        probabilities: Array.from(new Float32Array(this.module.memory.buffer, this.module.probabilities(), count)),
        frame: this.module.frame(),
        event: what === event ? { label: this.facts.labels[this.module.event_label()], score: this.module.event_score() } : null,
      });
    }
  }
}
