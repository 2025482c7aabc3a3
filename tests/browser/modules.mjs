// The page's modules without a page: decisions of the WebAssembly module are those of the Linux runner to the last digit that it prints,
// and the resamplers give back tones and lines. usage: node modules.mjs PAGE SAMPLES DECISIONS    DECISIONS: what runner --raw SAMPLES --all --json said
import fs from 'fs';
const [page, samples, decisions] = process.argv.slice(2);
const { Model } = await import(page + '/model.js');
const { Interpolator, Resampler } = await import(page + '/resample.js');
const check = (is, what) => { if (!is) { console.error(what); process.exit(1); } };

const model = await Model.load(JSON.parse(fs.readFileSync(page + '/model.json')), fs.readFileSync(page + '/model.wasm'));
check(model.selfTest(), 'the self-test fails');
const bytes = fs.readFileSync(samples);
const values = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const said = [];
for (let at = 0; at < values.length; at += 777) {
    model.push(values.subarray(at, at + 777), ({ probabilities, frame, event }) => {
        if (event) said.push({ type: 'event', frame, label: event.label, numbers: [event.score] });
        said.push({ type: 'decision', frame, numbers: probabilities });
    });
}
const expected = fs.readFileSync(decisions, 'utf8').trim().split('\n').map((line) => {
    const d = JSON.parse(line);
    return d.type === 'event' ? { type: d.type, frame: d.frame, label: d.label, numbers: [d.score] }
                              : { type: d.type, frame: d.frame, numbers: Object.values(d.probabilities) };
});
const events = said.filter((s) => s.type === 'event').length;
const same = (a, b) => a.type === b?.type && a.frame === b.frame && a.label === b.label && a.numbers.length === b.numbers.length &&
    a.numbers.every((n, i) => Math.abs(n - b.numbers[i]) < 6e-5);
check(said.length === expected.length && said.every((s, i) => same(s, expected[i])),
    `other decisions than the runner's:\n${JSON.stringify(said)}\n${JSON.stringify(expected)}`);
check(events > 0, 'no event to compare');
console.log(`${said.length - events} decisions and ${events} event(s) as the runner's`);

// A tone of 1 kHz stays one; one of 12 kHz is more than 16 kHz can hold, and vanishes.
for (const from of [44100, 48000, 8000]) {
    const loudness = (hz) => {
        const resampler = new Resampler(from, 16000);
        const out = [];
        for (let at = 0; at < from; at += 128) out.push(...resampler.push(Float32Array.from({ length: 128 }, (_, i) => Math.sin(2 * Math.PI * hz * (at + i) / from))));
        check(Math.abs(out.length - 16000) < 100, `${out.length} samples of 16000 from ${from} Hz`);
        let error = 0;
        for (let i = 1000; i < 15000; ++i) {
            // The first output lies at the first input.
            const should = hz < 8000 ? Math.sin(2 * Math.PI * hz * i / 16000) : 0;
            error = Math.max(error, Math.abs(out[i] - should));
        }
        return error;
    };
    check(loudness(1000) < 3e-3, `1 kHz from ${from} Hz is off by ${loudness(1000)}`);
    if (from > 24000) check(loudness(12000) < 3e-3, `12 kHz from ${from} Hz leaves ${loudness(12000)}`);
}

// A straight line, read at uneven times, is the same line at 50 Hz; the time goes on after a pause without a jump in between.
const interpolator = new Interpolator(50);
const line = [];
for (let t = 0, i = 0; t < 1000; t += 11 + (i++ % 3) * 4) line.push(...interpolator.push(t, [3 * t, -t]));
check(line.length > 90, `only ${line.length} values`);
for (let i = 0; i < line.length; i += 2) check(Math.abs(line[i] - 3 * 20 * (i / 2)) < 1e-6 && Math.abs(line[i + 1] + 20 * (i / 2)) < 1e-6, 'a line is bent');
check(interpolator.push(9000, [0, 0]).length === 0, 'a pause is filled');
console.log('resamplers keep what they can hold');
