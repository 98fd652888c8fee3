// The chat page. ES2017, no framework: old Android WebViews run it as it is.
// What a person said is never lost: the outbox and the talk live in sessionStorage until they close
// the tab. Everything that is shown goes through textContent (T49).
(function () {
  "use strict";

  const KEEP = 200; // entries of a talk that a reload shows again
  const LONGEST = 4096; // the server cuts there
  const SILENCE = 40000; // ms without a heartbeat: the line is dead although nobody said so
  const NUDGE = 10000; // ms without an answer: perhaps it is our line, not the assistant
  const LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]|\/(?:tai|quan-tri)\/[\w\-./?=&]*[\w-])/;
  const STATES = {
    sending: "đang gửi…",
    again: "Đang gửi lại…",
    sent: "đã gửi",
    failed: "chưa gửi được",
    slow: "Nhắn hơi nhanh, tin này chưa nhận được.",
  };
  const LOST = "Mất kết nối, đang nối lại…";
  const TITLE = document.title;
  const DAYS = ["Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"];

  const find = (id) => document.getElementById(id);
  const log = find("log"), box = find("text"), select = find("persona"), day = find("date");
  const more = find("more");

  let config = null;
  let persona = ""; // key of who speaks in this tab; "" outside demo mode
  let talk = []; // [{id, parts, done, chosen} of the assistant | {id, shown, state, why, …} of mine]
  let nodes = new Map(); // entry -> its element
  let turn = 0; // whoever holds the newest number may use the stream
  let hangUp = () => {};
  let wakeSender = () => {};
  let isSending = false;
  let lost = "", notice = "", unread = 0;
  let anchor = null; // what should stay in sight while answers come
  let timers = [];

  // ---- memory of this tab --------------------------------------------------------------------
  const spare = {}; // when the browser forbids storage, at least until the reload
  const memory = {
    get(key, otherwise) {
      try {
        const value = sessionStorage.getItem("hvs." + key);
        return value === null ? otherwise : JSON.parse(value);
      } catch (error) {
        return key in spare ? spare[key] : otherwise;
      }
    },
    set(key, value) {
      spare[key] = value;
      try {
        sessionStorage.setItem("hvs." + key, JSON.stringify(value));
      } catch (error) { /* full or forbidden: the spare has it */ }
    },
    clear() {
      Object.keys(spare).forEach((key) => delete spare[key]);
      try {
        sessionStorage.clear();
      } catch (error) { /* forbidden: nothing is there */ }
    },
  };
  let outbox = memory.get("outbox", []);
  const keepTalk = () => memory.set("talk." + persona, talk.slice(-KEEP));
  const newest = () => talk.reduce((top, entry) => (entry.parts ? Math.max(top, entry.id) : top), 0);

  // ---- drawing -------------------------------------------------------------------------------
  function make(tag, kind, words) {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    if (words) element.textContent = words;
    return element;
  }

  // Only our own addresses become links: a name or a quoted fraud must never be one.
  function write(words, kind) {
    const line = make("p", kind);
    words.split(LINK).forEach((piece, place) => {
      if (place % 2 && new URL(piece, location.href).origin === location.origin) {
        const link = make("a", "", piece);
        link.href = piece;
        link.target = "_blank";
        link.rel = "noopener noreferrer";
        line.append(link);
      } else {
        line.append(piece);
      }
    });
    return line;
  }

  function drawPicture(picture) {
    const image = make("img");
    image.alt = picture.alt;
    image.onload = () => settle();
    image.onerror = () => image.replaceWith(make("p", "", "[Hình: " + picture.alt + "]"));
    image.src = picture.url;
    return image;
  }

  function drawChoices(entry, place) {
    const buttons = entry.parts[entry.parts.length - 1].buttons;
    place.textContent = "";
    if (!entry.done) {
      buttons.forEach((one) => {
        const button = make("button", "", one.label);
        button.type = "button";
        button.onclick = () => press(entry, one);
        place.append(button);
      });
      return;
    }
    const list = make("ul");
    buttons.forEach((one) => {
      const isChosen = one.token === entry.chosen;
      list.append(make("li", isChosen ? "chosen" : "", one.label + (isChosen ? " (đã chọn)" : "")));
    });
    place.append(list);
  }

  function drawTheirs(entry) {
    const said = make("div", "said bot");
    said.append(make("p", "who", "Trợ lý"));
    entry.parts.forEach((part) => {
      const bubble = make("div", "bubble");
      if (part.heading) bubble.append(make("p", "heading", part.heading));
      if (part.text) bubble.append(write(part.text));
      if (part.picture) bubble.append(drawPicture(part.picture));
      said.append(bubble);
    });
    if (hasChoices(entry)) {
      const place = make("div", "choices");
      drawChoices(entry, place);
      said.append(place);
    }
    return said;
  }

  function drawMine(entry) {
    const said = make("div", "said me");
    said.tabIndex = -1; // takes the focus after a press: Tab then leads to the next question
    said.append(make("p", "who", "Tôi"));
    const bubble = make("div", "bubble");
    bubble.append(make("p", "", entry.shown));
    said.append(bubble);
    const state = make("p", "state");
    state.setAttribute("aria-live", "off"); // "đã gửi" after each message would drown the answers
    said.append(state);
    drawState(entry, state);
    return said;
  }

  function drawState(entry, place) {
    const isBad = ["failed", "slow", "refused"].indexOf(entry.state) >= 0;
    place.className = isBad ? "state bad" : "state";
    place.textContent = entry.state === "refused" ? "chưa gửi được. " + entry.why : STATES[entry.state];
    if (entry.state !== "failed" && entry.state !== "slow") return;
    const button = make("button", "", "Gửi lại");
    button.type = "button";
    button.onclick = () => sendAgain(entry);
    place.append(button);
  }

  function drawAll() {
    log.textContent = "";
    nodes = new Map();
    talk.forEach((entry) => log.append(draw(entry)));
    anchor = null;
    toEnd();
  }

  function draw(entry) {
    const node = entry.parts ? drawTheirs(entry) : drawMine(entry);
    nodes.set(entry, node);
    return node;
  }

  function paintStatus() {
    const words = lost || notice;
    const status = find("status");
    if (status.textContent !== words) status.textContent = words;
  }

  function tell(words) {
    notice = words;
    paintStatus();
  }

  // ---- staying where the person reads -----------------------------------------------------------
  const room = () => document.documentElement.scrollHeight - window.innerHeight;
  const isAtEnd = () => window.pageYOffset >= room() - 60;
  const toEnd = () => window.scrollTo(0, room());

  // Shows the end, but never scrolls the beginning of the answer out of sight.
  function settle() {
    if (!anchor) return;
    const top = anchor.getBoundingClientRect().top + window.pageYOffset - 12;
    window.scrollTo(0, Math.min(room(), top));
    offerMore();
  }

  function offerMore() {
    more.hidden = room() - window.pageYOffset < 120;
  }

  // ---- choices ---------------------------------------------------------------------------------
  function hasChoices(entry) {
    return Boolean(entry.parts && entry.parts.length && entry.parts[entry.parts.length - 1].buttons.length);
  }

  const openOnes = () => talk.filter((entry) => hasChoices(entry) && !entry.done);

  function closeChoices(entry, chosen) {
    entry.done = true;
    entry.chosen = chosen;
    const place = nodes.get(entry).querySelector(".choices");
    place.setAttribute("aria-live", "off"); // the same words again are no news
    drawChoices(entry, place);
  }

  function press(entry, button) {
    openOnes().forEach((one) => {
      if (one.id <= entry.id) closeChoices(one, one === entry ? button.token : "");
    });
    const mine = say({ button: button.token, shown: button.label });
    nodes.get(mine).focus({ preventScroll: true });
  }

  function typed(words) {
    const open = openOnes();
    open.forEach((entry, place) => {
      const isLast = place === open.length - 1;
      const same = entry.parts[entry.parts.length - 1].buttons.filter(
        (one) => isLast && /^[1-9]$/.test(words) && one.label.indexOf(words + ".") === 0
      );
      closeChoices(entry, same.length ? same[0].token : "");
    });
    say({ text: words, shown: words });
  }

  // ---- sending -----------------------------------------------------------------------------------
  function newId() {
    const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
    return bytes.map((byte) => ("0" + byte.toString(16)).slice(-2)).join("");
  }

  function say(entry) {
    entry.id = newId();
    entry.as = persona;
    talk.push(entry);
    entry.state = "sending";
    log.append(draw(entry));
    anchor = nodes.get(entry);
    queue(entry);
    tell("");
    settle();
    return entry;
  }

  function queue(entry) {
    outbox.push({ id: entry.id, as: entry.as, text: entry.text, button: entry.button });
    memory.set("outbox", outbox);
    keepTalk();
    expect();
    sendAll();
  }

  function sendAgain(entry) {
    nodes.get(entry).focus({ preventScroll: true });
    if (outbox.some((one) => one.id === entry.id)) {
      wakeSender();
    } else {
      mark(entry, "sending");
      queue(entry);
    }
  }

  function mark(message, state, why) {
    const isHere = message.as === persona;
    const entries = isHere ? talk : memory.get("talk." + message.as, []);
    const entry = entries.filter((one) => one.id === message.id)[0];
    if (!entry) return;
    entry.state = state;
    entry.why = why || "";
    memory.set("talk." + message.as, entries.slice(-KEEP));
    if (isHere) drawState(entry, nodes.get(entry).querySelector(".state"));
  }

  // One after the other, so that the order stays; the same id, so that nothing counts twice.
  async function sendAll() {
    if (isSending) return;
    isSending = true;
    let failures = 0;
    while (outbox.length) {
      const message = outbox[0];
      const answer = await post("/chat/messages", {
        id: message.id, as: message.as || null, text: message.text, button: message.button,
      });
      const isFinal = answer.status === 202 || (answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429);
      if (isFinal) {
        outbox.shift();
        memory.set("outbox", outbox);
        failures = 0;
        if (answer.status !== 202) {
          mark(message, "refused", answer.body.error);
          tell("Tin nhắn chưa gửi được. " + (answer.body.error || ""));
          expectNothing();
        } else {
          mark(message, answer.body.status === "throttled" ? "slow" : "sent");
        }
        continue;
      }
      failures += 1;
      mark(message, failures < 5 ? "again" : "failed");
      if (failures === 5) tell("Tin nhắn chưa gửi được. Trợ lý giữ lại và sẽ gửi khi có mạng.");
      await rest(failures, (wake) => { wakeSender = wake; });
    }
    isSending = false;
  }

  async function post(path, content) {
    const stop = window.AbortController ? new AbortController() : null;
    const alarm = setTimeout(() => stop && stop.abort(), 30000);
    try {
      const answer = await fetch(path, {
        method: "POST", credentials: "same-origin", signal: stop ? stop.signal : undefined,
        headers: { "Content-Type": "application/json" }, body: JSON.stringify(content),
      });
      return { status: answer.status, body: await answer.json().catch(() => ({})) };
    } catch (error) {
      return { status: 0, body: {} };
    } finally {
      clearTimeout(alarm);
    }
  }

  function rest(failures, lend) {
    const pause = Math.min(15000, 500 * Math.pow(2, failures)) * (0.7 + 0.6 * Math.random());
    return new Promise((resolve) => {
      lend(resolve);
      setTimeout(resolve, pause);
    });
  }

  // ---- waiting for the answer ----------------------------------------------------------------------
  function expect() {
    expectNothing();
    timers = [
      setTimeout(() => { find("waiting").hidden = false; settle(); }, 700),
      setTimeout(() => hangUp(), NUDGE),
      setTimeout(expectNothing, 60000),
    ];
  }

  function expectNothing() {
    timers.forEach(clearTimeout);
    find("waiting").hidden = true;
  }

  // ---- hearing ---------------------------------------------------------------------------------------
  function hear(id, parts) {
    if (talk.some((entry) => entry.parts && entry.id === id)) return;
    const wasAtEnd = isAtEnd();
    const entry = { id: id, parts: parts, done: false, chosen: "" };
    const later = talk.filter((one) => one.parts && one.id > id)[0];
    talk.splice(later ? talk.indexOf(later) : talk.length, 0, entry);
    log.insertBefore(draw(entry), later ? nodes.get(later) : null);
    keepTalk();
    expectNothing();
    if (!anchor && wasAtEnd) anchor = nodes.get(entry);
    if (anchor) settle(); else offerMore();
    if (document.hidden) {
      unread += 1;
      document.title = "(" + unread + ") " + TITLE;
    }
  }

  // The stream has told all there was.
  function caughtUp(letters) {
    if (!letters && newest()) { // the server knows nothing of this talk: deleted, or another database
      talk = [];
      memory.set("started." + persona, null);
      keepTalk();
      drawAll();
    }
    const open = openOnes();
    open.slice(0, -1).forEach((entry) => closeChoices(entry, ""));
    keepTalk();
    const payload = new URLSearchParams(location.search).get("start") || "";
    const isNew = /^[A-Za-z0-9_-]{1,64}$/.test(payload) && memory.get("started." + persona, null) !== payload;
    const known = config.demo ? config.personas.filter((one) => one.key === persona)[0].start : "";
    if (!isNew && talk.length) return;
    memory.set("started." + persona, payload);
    const hint = isNew ? payload : known;
    say({ text: hint ? "/start " + hint : "/start", shown: "Bắt đầu" });
  }

  function block(words) {
    let id = 0, event = "message", content = "";
    words.split("\n").forEach((line) => {
      if (line.indexOf("id: ") === 0) id = Number(line.slice(4));
      if (line.indexOf("event: ") === 0) event = line.slice(7);
      if (line.indexOf("data: ") === 0) content += line.slice(6);
    });
    if (event === "ready") caughtUp(JSON.parse(content).letters);
    else if (id && content) hear(id, JSON.parse(content));
  }

  async function listen(mine) {
    const stop = window.AbortController ? new AbortController() : null;
    const query = "?as=" + encodeURIComponent(persona) + "&after=" + newest();
    const answer = await fetch("/chat/stream" + query, {
      credentials: "same-origin", cache: "no-store", signal: stop ? stop.signal : undefined,
    });
    if (!answer.ok) throw new Error((await answer.json()).error);
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let heard = Date.now(), pending = "";
    hangUp = () => (stop ? stop.abort() : reader.cancel());
    const watch = setInterval(() => { if (Date.now() - heard > SILENCE) hangUp(); }, 5000);
    try {
      for (;;) {
        const piece = await reader.read();
        if (piece.done || mine !== turn) return;
        heard = Date.now();
        pending += decoder.decode(piece.value, { stream: true });
        const blocks = pending.split("\n\n");
        pending = blocks.pop();
        connected();
        blocks.forEach(block);
      }
    } finally {
      clearInterval(watch);
      hangUp = () => {};
      if (!stop) reader.cancel().catch(() => {});
    }
  }

  function connected() {
    lost = "";
    paintStatus();
    wakeSender();
  }

  async function stayConnected() {
    const mine = (turn += 1);
    let failures = 0, started = 0;
    hangUp();
    while (mine === turn) {
      started = Date.now();
      let words = LOST;
      try {
        await learn();
        if (mine !== turn) return;
        await listen(mine);
      } catch (error) {
        if (error instanceof Error && /[.…]$/.test(error.message) && error.name === "Error") words = error.message;
      }
      if (mine !== turn) return;
      failures = Date.now() - started > 5000 ? 0 : failures + 1;
      if (failures > 1) { // the first new try is quick: nobody needs to know
        lost = words;
        paintStatus();
      }
      await rest(failures, (wake) => { wakeListener = wake; });
    }
  }
  let wakeListener = () => {};

  // ---- who and when -------------------------------------------------------------------------------------
  async function learn() {
    const answer = await fetch("/chat/config", { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) throw new Error(LOST);
    const isFirst = config === null;
    config = await answer.json();
    if (memory.get("visitor", config.visitor) !== config.visitor) { // somebody else's talk by now
      memory.clear();
      outbox = [];
      talk = [];
      drawAll();
    }
    memory.set("visitor", config.visitor);
    find("commune").textContent = config.commune;
    find("demo").hidden = !config.demo;
    if (config.demo && document.activeElement !== day) day.value = config.date;
    if (!isFirst) return;
    if (config.demo) {
      config.personas.forEach((one) => {
        const option = make("option", "", one.label);
        option.value = one.key;
        select.append(option);
      });
      const wanted = new URLSearchParams(location.search).get("vai");
      const isKnown = config.personas.some((one) => one.key === wanted);
      select.value = isKnown ? wanted : config.personas[0].key;
    }
    enter(config.demo ? select.value : "");
    sendAll();
  }

  function enter(key) {
    persona = key;
    talk = memory.get("talk." + persona, []);
    box.value = memory.get("draft." + persona, "");
    expectNothing();
    tell("");
    drawAll();
    grow();
  }

  select.addEventListener("change", () => {
    enter(select.value);
    history.replaceState(null, "", "?vai=" + encodeURIComponent(persona));
    stayConnected();
  });

  let dayTimer = 0;
  async function moveDay() {
    clearTimeout(dayTimer);
    const wanted = day.value;
    if (!config || wanted === config.date || Number(wanted.slice(0, 4)) < 2000) return;
    config.date = wanted;
    const answer = await post("/chat/date", { date: wanted });
    if (answer.status !== 200) {
      tell(answer.body.error || "Chưa chuyển được ngày. Xin thử lại.");
      await learn().catch(() => {});
      return;
    }
    config.date = answer.body.date;
    const [year, month, date] = config.date.split("-");
    const weekday = DAYS[new Date(Number(year), Number(month) - 1, Number(date)).getDay()];
    tell("Hôm nay là " + weekday + " " + date + "/" + month + "/" + year + ".");
  }
  // Typing a date by hand passes through other dates, so we wait until the hand rests.
  day.addEventListener("change", () => { clearTimeout(dayTimer); dayTimer = setTimeout(moveDay, 900); });
  day.addEventListener("blur", moveDay);
  day.addEventListener("keydown", (event) => { if (event.key === "Enter") moveDay(); });

  // ---- typing ---------------------------------------------------------------------------------------------
  function grow() {
    box.style.height = "auto";
    box.style.height = box.scrollHeight + 4 + "px";
  }

  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const words = box.value.trim();
    // On a phone the keyboard hides the answer, so only a keyboard or mouse keeps the focus there.
    if (!words || window.matchMedia("(pointer: fine)").matches) box.focus();
    if (!words) return;
    if (!config) return tell("Đang nối với máy của xã, xin chờ một chút.");
    if (words.length > LONGEST) return tell("Tin dài quá 4.096 chữ. Xin chia làm nhiều tin.");
    box.value = "";
    memory.set("draft." + persona, "");
    grow();
    typed(words);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    find("send").click();
  });
  box.addEventListener("input", () => {
    memory.set("draft." + persona, box.value);
    grow();
  });

  // ---- the page itself ------------------------------------------------------------------------------------
  more.addEventListener("click", () => window.scrollBy(0, window.innerHeight * 0.6));
  window.addEventListener("scroll", offerMore, { passive: true });
  // A hand on the page wins over our scrolling.
  ["wheel", "touchmove"].forEach((kind) => window.addEventListener(kind, () => { anchor = null; }, { passive: true }));
  window.addEventListener("resize", settle);
  window.addEventListener("online", () => { wakeSender(); wakeListener(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) stayConnected(); });
  let hiddenTimer = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) { // a browser opens few connections: who is not looked at gives its own back
      hiddenTimer = setTimeout(() => { turn += 1; hangUp(); hiddenTimer = -1; }, 120000);
      return;
    }
    unread = 0;
    document.title = TITLE;
    if (hiddenTimer === -1) stayConnected();
    else if (config && config.demo) learn().catch(() => {});
    wakeListener();
  });
  if (window.matchMedia("(pointer: fine)").matches) box.focus();
  if (!navigator.cookieEnabled) tell("Trình duyệt đang chặn cookie, Trợ lý không nhớ được ai đang nói. Xin bật cookie rồi tải lại trang.");
  stayConnected();
})();
