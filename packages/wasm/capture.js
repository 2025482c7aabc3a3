// Runs beside the page: hands over sound as it comes.
registerProcessor('capture', class extends AudioWorkletProcessor {
  process(inputs) {
    if (inputs[0].length > 0) this.port.postMessage(inputs[0][0].slice());
    return true;
  }
});
