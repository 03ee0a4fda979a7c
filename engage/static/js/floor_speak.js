/* The wire of one microphone: frames go to the server while it says that they are heard. */
(() => {
  const TRIES = [0.25, 0.5, 1, 1, 2]; // seconds
  const HELD = 65536; // bytes that wait to be sent: what comes then is let go, and counted
  const STUCK = 5000; // ms
  const FINAL = ["replaced", "cut_off", "not_agreed"];

  // `hear`: onState(connection), onAir(channel or null), onFinal(state).
  window.engageFloorSpeak = async (address, hear) => {
    let socket = null;
    let seq = 0;
    let isOnAir = false;
    let flowing = 0; // when something could be sent last
    const encoder = await window.engageFloorEncoder(send);

    function send(kind, payload) {
      const packet = new Uint8Array(8 + payload.length);
      const header = new DataView(packet.buffer);
      header.setUint8(0, kind);
      header.setUint32(4, seq++);
      packet.set(payload, 8);
      if (!socket || !isOnAir) return;
      const isFree = socket.waiting() <= HELD;
      if (isFree) socket.send(packet);
      else if (Date.now() - flowing < STUCK) return;
      else socket.renew();
      flowing = Date.now();
    }

    function onText({ state, channel }) {
      if (FINAL.includes(state)) {
        close();
        hear.onFinal(state);
      } else {
        isOnAir = state === "on_air";
        if (!isOnAir) encoder.stop();
        hear.onAir(isOnAir ? channel : null);
      }
    }

    function open() {
      flowing = Date.now();
      socket ??= window.engageFloorSocket(() => address, TRIES, { onState: hear.onState, onText });
    }

    function close() {
      socket?.close();
      socket = null;
      isOnAir = false;
      encoder.stop();
    }

    return { rate: encoder.rate, open, close, take: (samples) => isOnAir && encoder.encode(samples) };
  };
})();
