// Raw tensors through the public TensorFlow Lite runtime, as `mote infer` does it here.
// usage: node tflite.cjs PACKAGES MODEL INPUT OUTPUT
'use strict';
const fs = require('fs');
const {load, infer} = require('./runtime.cjs');

async function main([packages, modelFile, inputFile, outputFile]) {
    fs.writeFileSync(outputFile, infer(await load(packages), modelFile, inputFile));
}

main(process.argv.slice(2)).catch((error) => {
    console.error(`error: ${error.message}`);
    process.exit(1);
});
