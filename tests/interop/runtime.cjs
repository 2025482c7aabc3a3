// The public TensorFlow Lite runtime: its WebAssembly build, with XNNPACK's kernels.
'use strict';
const fs = require('fs');
const path = require('path');

/** The runtime in PACKAGES, the folder that node_modules lies in. */
async function load(packages) {
    const folder = path.join(packages, 'node_modules', '@tensorflow', 'tfjs-tflite', 'wasm');
    return require(path.join(folder, 'tflite_web_api_cc_simd.js'))({
        wasmBinary: fs.readFileSync(path.join(folder, 'tflite_web_api_cc_simd.wasm')),
    });
}

/** What the model answers to inferences one behind the other, in the types of its inputs. Throws where the runtime refuses it. */
function infer(runtime, modelFile, inputFile) {
    const model = fs.readFileSync(modelFile);
    const place = runtime._malloc(model.length);
    runtime.HEAPU8.set(model, place);
    const made = runtime.TFLiteWebModelRunner.CreateFromBufferAndOptions(
        place, model.length, {numThreads: 1, enableProfiling: false, maxProfilingBufferEntries: 1024});
    if (!made.ok()) throw new Error(`${modelFile}: the runtime refuses it: ${made.errorMessage()}`);
    const runner = made.value();
    const bytes = fs.readFileSync(inputFile);
    const inputs = () => Array.from({length: runner.GetInputs().size()}, (_, i) => runner.GetInputs().get(i).data());
    const size = inputs().reduce((sum, input) => sum + input.byteLength, 0);
    if (bytes.length === 0 || bytes.length % size !== 0) throw new Error(`${inputFile}: no whole number of inputs of ${size} bytes`);
    const outputs = [];
    for (let at = 0; at < bytes.length; at += size) {
        let from = at;
        for (const input of inputs()) {
            new Uint8Array(input.buffer, input.byteOffset, input.byteLength).set(bytes.subarray(from, from + input.byteLength));
            from += input.byteLength;
        }
        if (!runner.Infer()) throw new Error(`${modelFile}: the runtime fails at inference ${at / size}`);
        const output = runner.GetOutputs().get(0).data();
        outputs.push(Buffer.from(new Uint8Array(output.buffer, output.byteOffset, output.byteLength)));
    }
    return Buffer.concat(outputs);
}

module.exports = {load, infer};
