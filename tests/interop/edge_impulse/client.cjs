// Edge Impulse's own client starts a runner, asks what it is and gives it windows; prints a line a check. Fails where an answer is another
// than the library's (EXPECTED: floats, class_count a window).
// usage: node client.cjs PACKAGES RUNNER WINDOWS EXPECTED LABELS...
const fs = require('fs');
const [packages, runner, windows, expected, ...labels] = process.argv.slice(2);
const { LinuxImpulseRunner } = require(packages + '/node_modules/edge-impulse-linux/build/library/classifier/linux-impulse-runner.js');

const floats = (file) => { const b = fs.readFileSync(file); return new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length)); };
const check = (is, what) => { if (!is) throw new Error(what); };
const refused = (call) => call.then(() => { throw new Error('a wrong request was taken'); }, (error) => String(error.message || error));

async function drive(shmBehavior) {
    const client = new LinuxImpulseRunner(runner, { shmBehavior });
    const { project, modelParameters: model } = await client.init();
    check(project.name === 'project' && project.owner === 'mote' && project.model.length === 64, 'another project: ' + JSON.stringify(project));
    check(JSON.stringify(model.labels) === JSON.stringify(labels), 'other labels: ' + model.labels);
    check(model.axis_count === 3 && model.frequency === 100 && model.interval_ms === 10 && model.model_type === 'classification',
        'another model: ' + JSON.stringify(model));
    const all = floats(windows), answers = floats(expected), size = model.input_features_count;
    let same = 0;
    for (let at = 0; at < all.length; at += size) {
        const { result, timing } = await client.classify(Array.from(all.subarray(at, at + size)));
        check(timing.dsp >= 0 && timing.classification >= 0 && timing.anomaly === 0, 'timing ' + JSON.stringify(timing));
        labels.forEach((label, i) => {
            const is = result.classification[label], should = answers[at / size * labels.length + i];
            check(Math.fround(is) === should, `${label} is ${is}, not ${should}`);
            ++same;
        });
    }
    console.log(`${shmBehavior === 'always' ? 'shared memory' : 'text'}: ${all.length / size} windows, ${same} probabilities as the library's`);

    // A stream of the first window again and again: once it is filled, decisions come with every slice.
    let last;
    for (let i = 0; i < 8; ++i) last = await client.classifyContinuous(Array.from(all.subarray(0, model.slice_size)));
    const sum = labels.reduce((s, label) => s + last.result.classification[label], 0);
    check(Math.abs(sum - 1) < 0.02, 'probabilities of a stream add up to ' + sum);

    check((await client.setLearnBlockThreshold({ id: 1, min_score: 0.7 })).success, 'a threshold is not taken');
    check(!(await client.setLearnBlockThreshold({ id: 9, min_score: 0.7 })).success, 'the threshold of no block is taken');
    console.log(await refused(client.classify([1, 2, 3])));
    await client.stop();
}

(async () => {
    await drive('never');
    await drive('always');
    process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
