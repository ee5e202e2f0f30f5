// Builds the page into dist/, or with --tests the tests into build/tests/.  Nothing is fetched: all parts are here.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import wabt from 'wabt';

const ASSETS = '../ui/assets', EXAMPLES = '../ui/examples', RUNTIME = 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded';
const WEIGHTS = '../weights', NETWORKS = ['yolov3', 'cnn', 'vit'], HAND = 'weights/handwriting.safetensors';
const read = (path) => readFileSync(path, 'utf8');
const readJson = (path) => JSON.parse(read(path));
const { IN_FLOAT } = readJson('src/constants.json').weights;

// The pad of the other edition is the body of a function there; here it becomes one at build time, so no page needs eval.
const inkpad = {
  name: 'inkpad',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^inkpad$/ }, () => ({ path: 'inkpad', namespace: 'inkpad' }));
    onLoad({ filter: /.*/, namespace: 'inkpad' }, () => ({
      contents: `export default function (element, props) {\n${read(`${ASSETS}/inkpad.js`)}\n}`, loader: 'js',
    }));
  },
};
// WebAssembly is written as text here; what is bundled are its bytes.
const wat = {
  name: 'wat',
  setup({ onLoad }) {
    onLoad({ filter: /\.wat$/ }, async ({ path }) => {
      const module = (await wabt()).parseWat(path, read(path), { simd: true });
      return { contents: module.toBinary({}).buffer, loader: 'binary' };
    });
  },
};
const shared = { bundle: true, format: 'esm', target: 'es2022', logLevel: 'warning', plugins: [inkpad, wat] };

/** What runs a network, by the names that the page gives: its graph in eight bits, which holds its weights, or else both in float. */
function networkFiles(name) {
  const eight = `${WEIGHTS}/${name}.int8`;
  const isOfTheseWeights = existsSync(`${eight}.json`) && readJson(`${eight}.json`)['weights sha256'] === readJson(`${WEIGHTS}/${name}.json`).sha256;
  if (isOfTheseWeights && !IN_FLOAT.includes(name)) return { [`${name}.onnx`]: `${eight}.onnx` };
  return { [`${name}.onnx`]: `${WEIGHTS}/${name}.onnx`, [`${name}.safetensors`]: `${WEIGHTS}/${name}.safetensors` };
}

/** What the networks' cards say of reading with them. */
function readCards() {
  return Object.fromEntries(NETWORKS.map((name) => {
    const { config, calibration } = readJson(`${WEIGHTS}/${name}.json`);
    return [name, { config, calibration }];
  }));
}

/** Hosts pack pages and scripts; of the large files, few hosts do. */
function pack(from, to) {
  writeFileSync(`dist/${to}.packed`, gzipSync(readFileSync(from), { level: 9 }));
}

async function buildTests() {
  await build({
    ...shared,
    entryPoints: readdirSync('tests').filter((name) => name.endsWith('.test.ts')).map((name) => `tests/${name}`),
    outdir: 'build/tests', outExtension: { '.js': '.mjs' }, platform: 'node', target: 'node20', external: ['onnxruntime-web'],
  });
}

function copyFiles() {
  rmSync('dist', { recursive: true, force: true });
  mkdirSync('dist/weights', { recursive: true });
  cpSync(`${RUNTIME}.mjs`, 'dist/runtime.mjs');
  pack(`${RUNTIME}.wasm`, 'runtime.wasm');
  for (const name of NETWORKS)
    for (const [to, from] of Object.entries(networkFiles(name))) pack(from, `weights/${to}`);
  pack(`../${HAND}`, HAND);
  cpSync(EXAMPLES, 'dist/examples', { recursive: true });
  for (const name of ['icon.svg', 'app.webmanifest']) cpSync(name, `dist/${name}`);
}

function writePage() {
  const examples = readdirSync(EXAMPLES).sort().map((name, k) =>
    `<button type="button" data-example="examples/${name}" aria-label="Example ${k + 1}"><img src="examples/${name}" alt="" width="46" height="46" loading="lazy" fetchpriority="low"></button>`);
  const page = read('index.html')
    .replace('<meta name="server-page" content="">', `<meta name="server-page" content="${process.env.SERVER_PAGE ?? ''}">`)
    .replace(/<!-- examples.*?-->/, examples.join(''))
    .replace(/<!-- ui\/assets\/inkpad.html.*?-->/, read(`${ASSETS}/inkpad.html`).replace('${pen}', '12'));
  writeFileSync('dist/index.html', page);
  const pad = read(`${ASSETS}/inkpad.css`).replaceAll('${side}', '400');
  writeFileSync('dist/page.css', `#ink {\n${pad}\n}\n${read(`${ASSETS}/page.css`)}\n${read('page.css')}`);
}

function listFiles(folder = 'dist') {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
    .map((each) => `${each.parentPath ?? each.path}/${each.name}`.slice('dist/'.length)).sort();
}

async function buildPage() {
  copyFiles();
  writePage();
  const sizes = Object.fromEntries(listFiles().map((name) => [name, statSync(`dist/${name}`).size]));
  const options = { ...shared, minify: true, outdir: 'dist', conditions: ['onnxruntime-web-use-extern-wasm'] };
  const define = { FILE_SIZES: JSON.stringify(sizes), CARDS: JSON.stringify(readCards()) };
  // The worker reads before the runtime has come, so what runs that is a file of its own.
  await build({ ...options, entryPoints: {
    page: 'src/page/page.ts', worker: 'src/page/worker.ts', engine: 'src/weights/engine.ts', writing: 'src/page/writing.ts',
  }, define });
  const files = listFiles();
  const version = createHash('sha256');
  for (const name of files) version.update(name).update(readFileSync(`dist/${name}`));
  // The ViT and what writes in the visitor's hand are kept once they are asked for.
  const kept = ['./', ...files.filter((name) => !name.startsWith('weights/vit') && name !== `${HAND}.packed`)];
  await build({
    ...options, entryPoints: { 'service-worker': 'src/service_worker.ts' },
    define: { FILES: JSON.stringify(kept), VERSION: JSON.stringify(version.digest('hex').slice(0, 12)) },
  });
  const total = listFiles().reduce((sum, name) => sum + statSync(`dist/${name}`).size, 0);
  console.log(`dist: ${listFiles().length} files, ${(total / 1e6).toFixed(1)} MB`);
}

await (process.argv.includes('--tests') ? buildTests() : buildPage());
