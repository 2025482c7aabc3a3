// Single layers in the public TensorFlow Lite runtime: how far its answers lie from those of the reference kernels here, by operator.
// usage: node layers.cjs PACKAGES FOLDER LEAST    for each FOLDER/OPERATOR.N.{tflite,in,out}; exit code 1 when one is further than a step, or
// when fewer than LEAST operators were run.
'use strict';
const fs = require('fs');
const path = require('path');
const {load, infer} = require('./runtime.cjs');

// Operators whose answers wrap round there where they leave the range, and saturate here.
const wrapping = ['sum'];

// Whole numbers by steps; reals by how far they lie apart, where one step is what rounding may make of them.
function count(into, answers, expected, wraps) {
    const array = into.reals ? Float32Array : Int8Array;
    if (answers.length !== expected.length) throw new Error(`it answers ${answers.length} bytes, not ${expected.length}`);
    const values = (b) => new array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length));
    const a = values(answers), b = values(expected);
    for (let i = 0; i < a.length; ++i) {
        if (wraps && (b[i] === -128 || b[i] === 127)) continue;
        const apart = Math.abs(a[i] - b[i]);
        const steps = !into.reals ? apart : apart === 0 ? 0 : apart <= 1e-5 * Math.max(1, Math.abs(b[i])) ? 1 : Infinity;
        into.most = Math.max(into.most, steps);
        ++into[steps === 0 ? 'same' : steps === 1 ? 'one' : 'more'];
    }
    ++into.models;
}

async function main([packages, folder, least]) {
    // The runtime prints what it refuses.
    const runtime = await load(packages);
    const byOperator = new Map();
    for (const file of fs.readdirSync(folder).filter((f) => f.endsWith('.tflite')).sort()) {
        const operator = file.split('.')[0], stem = path.join(folder, file.slice(0, -'.tflite'.length));
        if (!byOperator.has(operator)) byOperator.set(operator, {
            models: 0, refused: 0, same: 0, one: 0, more: 0, most: 0, why: '', reals: operator.endsWith('_float'), allowed: operator.endsWith('_exact') ? 0 : 1,
        });
        const counts = byOperator.get(operator);
        try {
            count(counts, infer(runtime, `${stem}.tflite`, `${stem}.in`), fs.readFileSync(`${stem}.out`), wrapping.includes(operator));
        } catch (error) {
            ++counts.refused;
            counts.why = error.message.replace(folder, '').trim();
        }
    }
    let failed = false;
    for (const [operator, c] of byOperator) {
        const verdict = c.models === 0 ? `; not run there (${c.why})` : c.most > c.allowed ? ': TOO FAR' : '';
        failed = failed || c.most > c.allowed;
        console.log(`${operator}: ${c.models} models, ${c.refused} refused, ${c.same} ${c.reals ? 'reals' : 'bytes'} the same, ${c.one} a step apart, ${c.more} further, ` +
                    `at most ${c.most}${verdict}`);
    }
    const run = [...byOperator.values()].filter((c) => c.models > 0).length;
    if (run < Number(least)) console.log(`only ${run} operators were run, not ${least}: something is wrong with the models`);
    process.exit(failed || run < Number(least) ? 1 : 0);
}

main(process.argv.slice(2)).catch((error) => {
    console.error(`error: ${error.message}`);
    process.exit(1);
});
