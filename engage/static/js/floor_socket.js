/* A socket for sound that comes back by itself, each time at a random moment of a while that grows. */
(() => {
  const SLOW = 15000; // ms to open one

  // `address` is asked anew each time; `tries` are seconds, the last one for all that follow; `hear` has
  // onState ("connecting", "open", "lost"), onText and onPacket.
  window.engageFloorSocket = (address, tries, hear) => {
    let socket = null;
    let attempt = 0;
    let timer = 0;

    function open() {
      clearTimeout(timer);
      const url = new URL(address(), location.href);
      url.protocol = url.protocol.replace("http", "ws");
      const made = (socket = new WebSocket(url, "engage.floor.1"));
      made.binaryType = "arraybuffer";
      timer = setTimeout(() => made.close(), SLOW);
      made.onopen = () => made === socket && find();
      made.onclose = () => made === socket && lose();
      made.onmessage = ({ data }) => made === socket && take(data);
    }

    function find() {
      clearTimeout(timer);
      hear.onState("open");
    }

    function lose() {
      clearTimeout(timer);
      const wait = tries[Math.min(attempt++, tries.length - 1)];
      timer = setTimeout(open, 1000 * wait * Math.random());
      hear.onState("lost");
    }

    function take(data) {
      attempt = 0; // it lets us in
      if (typeof data === "string") hear.onText(JSON.parse(data));
      else hear.onPacket?.(data);
    }

    function leave() {
      clearTimeout(timer);
      const left = socket;
      socket = null;
      left?.close();
    }

    function renew() {
      if (!socket || socket.readyState === WebSocket.CONNECTING) return;
      leave();
      open();
    }

    function close() {
      leave();
      window.removeEventListener("online", renew);
    }

    window.addEventListener("online", renew);
    hear.onState("connecting");
    open();
    return {
      send: (data) => socket?.readyState === WebSocket.OPEN && socket.send(data),
      waiting: () => (socket?.readyState === WebSocket.OPEN ? socket.bufferedAmount : Infinity),
      renew,
      close,
    };
  };
})();
