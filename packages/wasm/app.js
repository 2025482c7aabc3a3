// The page: one button, a bar a label, a list of events.
import { Model } from './model.js';
import * as sensors from './sensors.js';

const $ = (id) => document.getElementById(id);
const kinds = {
  microphone: { start: sensors.microphone, words: 'Listen to the microphone' },
  accelerometer: { start: sensors.motion, words: 'Feel the motion' },
  camera: { start: sensors.camera, words: 'Look through the camera' },
};

let model, running, rows, latest;

function say(text, bad = false) {
  $('status').textContent = text;
  $('status').classList.toggle('bad', bad);
}

function drawBars() {
  rows = model.facts.labels.map((label) => {
    const row = document.createElement('div');
    row.className = 'row';
    row.innerHTML = '<span class="name"></span><span class="track"><span class="fill"></span></span><span class="value">0 %</span>';
    row.querySelector('.name').textContent = label;
    row.title = label;
    $('bars').append(row);
    return row;
  });
}

function show({ probabilities }) {
  probabilities.forEach((p, i) => {
    rows[i].querySelector('.fill').style.transform = `scaleX(${p})`;
    rows[i].querySelector('.value').textContent = `${Math.round(100 * p)} %`;
  });
}

function addEvent({ label, score }) {
  const item = document.createElement('li'), what = document.createElement('span'), when = document.createElement('span');
  what.className = 'what', what.textContent = label;
  when.className = 'when', when.textContent = `${Math.round(100 * score)} %  ${new Date().toLocaleTimeString()}`;
  item.append(what, when);
  $('events').prepend(item);
  while ($('events').children.length > 50) $('events').lastChild.remove();
  $('none').hidden = true;
  const row = rows[model.facts.labels.indexOf(label)];
  row.classList.add('heard');
  setTimeout(() => row.classList.remove('heard'), 1500);
}

function heard(decision) {
  latest = decision;
  if (decision.event) addEvent(decision.event);
}

/** At the screen's pace, however fast decisions come. */
function draw() {
  if (!running) return;
  if (latest) show(latest), latest = undefined;
  const { last, longest } = model.timing, bad = model.bad();
  say(`${running.says()} · ${last.toFixed(1)} ms a decision, at most ${longest.toFixed(1)}` +
      (bad > 0 ? ` · ${bad} readings were no numbers` : ''));
  requestAnimationFrame(draw);
}

function stop() {
  running?.stop();
  running = undefined;
  $('start').classList.remove('on');
  $('start').textContent = kindOf().words;
}

const kindOf = () => kinds[model.facts.sensor] ?? kinds.accelerometer;

async function toggle() {
  if (running) {
    stop();
    return say('Stopped.');
  }
  $('start').disabled = true;
  say('Waiting for the sensor ...');
  try {
    model.reset();
    const push = (values) => {
      try { model.push(values, heard); } catch (error) { stop(); say(error.message, true); }
    };
    running = await kindOf().start(model.facts, push, { video: $('video'), model, heard });
    $('start').textContent = 'Stop';
    $('start').classList.add('on');
    draw();
  } catch (error) {
    stop();
    say(error.message, true);
  } finally {
    $('start').disabled = false;
  }
}

async function get(name) {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name} is missing: ${response.status}`);
  return response;
}

async function load() {
  const facts = await (await get('model.json')).json();
  model = await Model.load(facts, await (await get('model.wasm')).arrayBuffer());
  document.title = $('title').textContent = facts.title;
  $('about').textContent = facts.about;
  $('foot').textContent = `Model ${facts.model.slice(0, 12)}, made by mote. Nothing leaves this device.`;
  drawBars();
  if (!model.selfTest()) throw new Error('This browser computes other results than the trainer did: the self-test failed.');
  $('start').textContent = kindOf().words;
  $('start').disabled = false;
  $('start').addEventListener('click', toggle);
  say('Self-test passed.');
}

load().catch((error) => say(error.message, true));
