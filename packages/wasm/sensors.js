// The sensors of a phone or a computer. Each starts with what it needs of the model and returns a function that stops it; each throws an
// Error that a person can act on.
import { Interpolator, Resampler } from './resample.js';

function check(there, what) {
  if (there) return;
  throw new Error(window.isSecureContext ? `This browser has no ${what}.` : `Browsers open a ${what} only to pages that come over https.`);
}

function readable(error, what) {
  if (error.name === 'NotAllowedError') return new Error(`The ${what} was not allowed: allow it for this page in the browser's settings.`);
  if (error.name === 'NotFoundError') return new Error(`There is no ${what}.`);
  return error;
}

export async function microphone(facts, push) {
  check(navigator.mediaDevices, 'microphone');
  const context = new AudioContext();
  let stream;
  try {
    // What telephones do to speech would be news to the model.
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  } catch (error) {
    context.close();
    throw readable(error, 'microphone');
  }
  await context.resume();
  const resampler = new Resampler(context.sampleRate, facts.rate_hz);
  const take = (block) => {
    const values = resampler.push(block);
    if (values.length > 0) push(values.map((value) => value * 32768));
  };
  const source = context.createMediaStreamSource(stream);
  let node;
  if (context.audioWorklet) {
    await context.audioWorklet.addModule('capture.js');
    node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 1 });
    node.port.onmessage = ({ data }) => take(data);
  } else {
    node = context.createScriptProcessor(4096, 1, 1);
    node.onaudioprocess = ({ inputBuffer }) => take(inputBuffer.getChannelData(0).slice());
  }
  source.connect(node);
  node.connect(context.destination);  // silence: some browsers run only what leads to a loudspeaker
  return { stop: () => { stream.getTracks().forEach((track) => track.stop()); context.close(); },
           says: () => `${context.sampleRate} Hz, ${facts.rate_hz} Hz for the model` };
}

/** What gives each of the model's channels: x, y, z of the acceleration (with gravity, m/s2) and of the rotation (degrees a second). */
export function motionChannels(names) {
  const readers = names.map((name) => {
    const word = name.toLowerCase();
    const axis = /(?:^|[_. -])([xyz])(?:[_. -]|$)|([xyz])$/.exec(word)?.slice(1).find(Boolean);  // acc_x, x_acc, accX, x
    if (!axis) return null;
    if (word.includes('acc') || word === axis) return (e) => e.accelerationIncludingGravity?.[axis];
    if (word.includes('gyr') || word.includes('rot')) return (e) => e.rotationRate?.[{ x: 'beta', y: 'gamma', z: 'alpha' }[axis]];
    return null;
  });
  return readers.includes(null) ? null : readers;
}

export async function motion(facts, push) {
  const readers = motionChannels(facts.channels);
  if (readers === null) throw new Error(`A phone has no sensor for ${facts.channels.join(', ')}.`);
  check(window.DeviceMotionEvent, 'motion sensor');
  if (DeviceMotionEvent.requestPermission && await DeviceMotionEvent.requestPermission() !== 'granted')
    throw new Error('The motion sensor was not allowed.');
  const interpolator = new Interpolator(facts.rate_hz);
  let readings = 0, interval = 0;
  const take = (e) => {
    const values = readers.map((read) => read(e) ?? NaN);
    if (values.every(Number.isNaN)) return;
    ++readings, interval = e.interval;
    const frames = interpolator.push(e.timeStamp, values);
    if (frames.length > 0) push(frames);
  };
  window.addEventListener('devicemotion', take);
  return { stop: () => window.removeEventListener('devicemotion', take),
           says: () => readings === 0 ? 'no reading has come: has this device a motion sensor?'
                                      : `a reading every ${Math.round(interval)} ms, ${facts.rate_hz} Hz for the model` };
}

export async function camera(facts, push, { video, model, heard }) {
  check(navigator.mediaDevices, 'camera');
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 320 }, height: { ideal: 240 } } });
  } catch (error) {
    throw readable(error, 'camera');
  }
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  const canvas = document.createElement('canvas');
  let going = true;
  const look = () => {
    if (!going) return;
    if (video.videoWidth > 0) {
      const scale = Math.min(1, model.pictureLimit() / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = Math.floor(video.videoWidth * scale), canvas.height = Math.floor(video.videoHeight * scale);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      model.pushPicture(context.getImageData(0, 0, canvas.width, canvas.height), heard);
    }
    setTimeout(look, 100);
  };
  look();
  return { stop: () => { going = false; stream.getTracks().forEach((track) => track.stop()); video.hidden = true; },
           says: () => `${video.videoWidth} x ${video.videoHeight} pixels, ${facts.width} x ${facts.height} for the model` };
}
