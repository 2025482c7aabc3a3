// Raw tensors through the public TensorFlow Lite runtime (its WebAssembly build, XNNPACK kernels), as `mote infer` does it here.
// usage: node tflite.cjs PACKAGES MODEL INPUT OUTPUT
// PACKAGES is the folder that node_modules lies in; INPUT holds inferences one behind the other, in the type of the model's input.
'use strict';
const fs = require('fs');
const path = require('path');

async function main([packages, modelFile, inputFile, outputFile]) {
    const folder = path.join(packages, 'node_modules', '@tensorflow', 'tfjs-tflite', 'wasm');
    const runtime = await require(path.join(folder, 'tflite_web_api_cc_simd.js'))({
        wasmBinary: fs.readFileSync(path.join(folder, 'tflite_web_api_cc_simd.wasm')),
    });
    const model = fs.readFileSync(modelFile);
    const place = runtime._malloc(model.length);
    runtime.HEAPU8.set(model, place);
    const made = runtime.TFLiteWebModelRunner.CreateFromBufferAndOptions(
        place, model.length, {numThreads: 1, enableProfiling: false, maxProfilingBufferEntries: 1024});
    if (!made.ok()) throw new Error(`${modelFile}: the runtime refuses it: ${made.errorMessage()}`);
    const runner = made.value();
    const bytes = fs.readFileSync(inputFile);
    const size = runner.GetInputs().get(0).data().byteLength;
    if (bytes.length === 0 || bytes.length % size !== 0) throw new Error(`${inputFile}: no whole number of inputs of ${size} bytes`);
    const outputs = [];
    for (let at = 0; at < bytes.length; at += size) {
        const input = runner.GetInputs().get(0).data();
        new Uint8Array(input.buffer, input.byteOffset, size).set(bytes.subarray(at, at + size));
        if (!runner.Infer()) throw new Error(`${modelFile}: the runtime fails at inference ${at / size}`);
        const output = runner.GetOutputs().get(0).data();
        outputs.push(Buffer.from(new Uint8Array(output.buffer, output.byteOffset, output.byteLength)));
    }
    fs.writeFileSync(outputFile, Buffer.concat(outputs));
}

main(process.argv.slice(2)).catch((error) => {
    console.error(`error: ${error.message}`);
    process.exit(1);
});
