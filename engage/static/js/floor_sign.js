/* What the microphone's part of a page shows: whether one is heard, and what can be done just now. */
(() => {
  window.engageFloorSign = (box) => {
    const say = box.dataset;
    const part = (name) => box.querySelector(`[data-part="${name}"]`);

    // A screen reader is told of what has changed only.
    function fill(name, text) {
      if (part(name).textContent !== text) part(name).textContent = text;
    }

    function title({ isOnAir, isMuted, connection }) {
      if (!isOnAir) return say.off;
      if (connection === "lost") return say.cut;
      return isMuted ? say.muted : say.on;
    }

    function words({ isOnAir, isMuted, isOver, isReady, connection, trouble }) {
      if (isOnAir && connection !== "lost") return isMuted ? say.mutedWords : say.onWords;
      if (connection) return { connecting: say.connecting, lost: say.lost, open: say.connected }[connection];
      if (isOver || trouble) return say.over;
      return isReady ? say.waiting : say.testing;
    }

    function showSign(now) {
      part("sign").hidden = !now.hasAgreed;
      part("sign").classList.toggle("is-on", now.isOnAir && !now.isMuted && now.connection !== "lost");
      fill("sign-title", title(now));
      fill("sign-words", words(now));
    }

    function showTrouble({ trouble }) {
      part("trouble").hidden = !trouble;
      fill("again", trouble === "replaced" ? say.here : say.again);
      if (!trouble) return;
      fill("trouble-title", say[`${trouble}Title`]);
      fill("trouble-words", say[trouble]);
    }

    function show(now) {
      showSign(now);
      showTrouble(now);
      part("agreement").hidden = now.hasAgreed;
      part("closed").hidden = !now.hasAgreed || now.isOpen || Boolean(now.trouble);
      fill("open", now.isWanted ? say.turnOn : now.isReady ? say.testAgain : say.test);
      part("open").classList.toggle("btn-secondary", now.isReady && !now.isWanted);
      part("open").disabled = now.isOpening;
      part("opened").hidden = !now.isOpen;
      part("testing").hidden = now.isOnAir;
      part("ready").hidden = now.isReady || Boolean(now.connection);
      part("own").hidden = !now.isOnAir;
      fill("mute-words", now.isMuted ? say.unmute : say.mute);
      part("mute").classList.toggle("btn-secondary", !now.isMuted);
    }
    return { show, fill };
  };
})();
