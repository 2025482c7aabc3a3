// The page of a WebAssembly package in a headless browser with a made-up microphone (or camera), as a person would use it: open it, press
// the button, wait for an event. Prints what the page says; fails where no event of that label comes.
// usage: node page.cjs CHROMIUM ADDRESS SOUND LABEL [SCREENSHOT]    SOUND: a wav that is played in a loop
const { spawn } = require('child_process');
const fs = require('fs'), os = require('os'), path = require('path');
const [chromium, address, sound, label, screenshot] = process.argv.slice(2);

const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'mote-browser-'));
const browser = spawn(chromium, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${profile}`,
    '--ignore-certificate-errors', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${sound}`, '--window-size=412,915', '--remote-debugging-pipe', 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });

// The DevTools protocol: JSON objects that end in a zero byte.
let count = 0, held = '';
const waiting = new Map(), complaints = [];
browser.stdio[4].on('data', (bytes) => {
    held += bytes;
    const whole = held.split('\0');
    held = whole.pop();
    for (const text of whole) {
        const message = JSON.parse(text);
        if (message.method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(message.params.exceptionDetails));
        const answer = waiting.get(message.id);
        waiting.delete(message.id);
        if (answer) answer(message);
    }
});
const ask = (method, params = {}, sessionId) => new Promise((resolve, reject) => {
    waiting.set(++count, (message) => (message.error ? reject(new Error(method + ': ' + message.error.message)) : resolve(message.result)));
    browser.stdio[3].write(JSON.stringify({ id: count, method, params, sessionId }) + '\0');
});
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function main() {
    const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
    const evaluate = async (expression) => (await ask('Runtime.evaluate', { expression, userGesture: true, returnByValue: true }, sessionId)).result.value;
    const until = async (expression, seconds, what) => {
        for (let i = 0; i < seconds * 10; ++i, await pause(100))
            if (await evaluate(expression)) return;
        throw new Error(`${what} did not come; the page says: ${await evaluate('document.body.innerText')}\n${complaints.join('\n')}`);
    };
    await ask('Runtime.enable', {}, sessionId);
    await ask('Emulation.setDeviceMetricsOverride', { width: 412, height: 915, deviceScaleFactor: 2, mobile: true }, sessionId);
    await ask('Page.navigate', { url: address }, sessionId);
    await until(`document.getElementById('status')?.textContent === 'Self-test passed.'`, 20, 'the self-test');
    await evaluate(`document.getElementById('start').click()`);
    await until(`[...document.querySelectorAll('#events .what')].some((e) => e.textContent === ${JSON.stringify(label)})`, 25, `an event "${label}"`);
    await pause(300);
    console.log(await evaluate(`document.getElementById('status').textContent`));
    console.log('events: ' + await evaluate(`[...document.querySelectorAll('#events .what')].map((e) => e.textContent).reverse().join(', ')`));
    if (screenshot) fs.writeFileSync(screenshot, Buffer.from((await ask('Page.captureScreenshot', {}, sessionId)).data, 'base64'));
    await evaluate(`document.getElementById('start').click()`);
    await until(`document.getElementById('status').textContent === 'Stopped.'`, 5, 'the end');
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

let status = 0;
main().catch((error) => { console.error(error.message); status = 1; }).finally(() => {
    browser.once('exit', () => { fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 }); process.exit(status); });
    browser.kill();
});
