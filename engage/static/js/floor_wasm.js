/* A worker that decodes Opus where the browser cannot: one decoder for each number it is told. */
const decoders = new Map();
let make = null;

async function made() {
  const decoder = make();
  await decoder.ready;
  return decoder;
}

// Says whether it can, with the address of the decoder told first. Packets that come while a decoder is still being made wait for it, in their order.
let turn = Promise.resolve();
onmessage = ({ data }) => {
  turn = turn.then(() => take(data)).catch((error) => postMessage({ failed: String(error) }));
};

async function take({ opus, id, packet }) {
  if (opus) {
    importScripts(opus);
    make = () => new self["opus-decoder"].OpusDecoder({ sampleRate: 48000, channels: 1, preSkip: 0 });
    (await made()).free();
    postMessage({ isReady: true });
  } else if (packet) {
    if (!decoders.has(id)) decoders.set(id, await made());
    const samples = decoders.get(id).decodeFrame(new Uint8Array(packet)).channelData[0].slice();
    if (samples.length) postMessage({ id, samples }, [samples.buffer]);
  } else {
    decoders.get(id)?.free();
    decoders.delete(id);
  }
}
