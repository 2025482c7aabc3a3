// Raw tensors through ONNX Runtime, as `mote infer` does it here. Its graph optimisations are off: the operators run as they are written.
// usage: node onnx.cjs PACKAGES MODEL INPUT OUTPUT
// PACKAGES is the folder that node_modules lies in; INPUT holds inferences one behind the other, in the type of the model's one input.
'use strict';
const fs = require('fs');
const path = require('path');

async function main([packages, modelFile, inputFile, outputFile]) {
    const runtime = require(path.join(packages, 'node_modules', 'onnxruntime-node'));
    const session = await runtime.InferenceSession.create(
        modelFile, {graphOptimizationLevel: 'disabled', logSeverityLevel: 3, intraOpNumThreads: 1});
    const input = session.inputMetadata[0];
    const shape = input.shape.map((size) => (typeof size === 'number' || typeof size === 'bigint' ? Number(size) : 1));
    const count = shape.reduce((a, b) => a * b, 1);
    const Values = input.type === 'int8' ? Int8Array : Float32Array;
    const bytes = fs.readFileSync(inputFile);
    const values = new Values(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    if (values.length === 0 || values.length % count !== 0) throw new Error(`${inputFile}: no whole number of inputs of ${count} values`);
    const outputs = [];
    for (let at = 0; at < values.length; at += count) {
        const tensor = new runtime.Tensor(input.type, values.slice(at, at + count), shape);
        const results = await session.run({[session.inputNames[0]]: tensor});
        for (const name of session.outputNames) {
            const {data} = results[name];
            outputs.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
        }
    }
    fs.writeFileSync(outputFile, Buffer.concat(outputs));
}

main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exit(1);
});
