// The chat page. ES2017 without a framework, so that old Android WebViews run it as it is. What a
// person said is never lost: outbox and talk stay in sessionStorage. All text is textContent (T49).
"use strict";

const KEEP = 200; // entries of a talk that a reload shows again
const SILENCE = 40000; // ms without a heartbeat: the line is dead
const NUDGE = 10000; // ms without an answer: perhaps the same
const LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]|\/(?:tai|quan-tri)\/[\w\-./?=&]*[\w-])/;
const LOST = "Mất kết nối, đang nối lại… Tin không mất.";
const STATES = {
  sending: "đang gửi…",
  again: "Đang gửi lại…",
  sent: "đã gửi",
  failed: "chưa gửi được ",
  slow: "nhắn hơi nhanh, tin này chưa nhận được ",
};

const find = (id) => document.getElementById(id);
const [log, box, select, day, more, demo, waiting] =
  ["log", "text", "persona", "date", "more", "demo", "waiting"].map(find);

let config = null;
let persona = ""; // key of who speaks in this tab; "" outside demo mode
let talk = []; // theirs {id, parts, done, chosen}, mine {id, as, text, button, shown, state}
let nodes = new Map(); // entry -> its element
let turn = 0; // only the newest turn may use the stream
let lost = "", notice = "";
let anchor = null; // what stays in sight while answers come
let timers = [], dayTimer;
let isSending = false;
let hangUp = () => {}, wakeSender = hangUp, wakeListener = hangUp;

const memory = {
  get(key, otherwise) {
    try {
      return JSON.parse(sessionStorage.getItem("hvs." + key)) || otherwise;
    } catch (error) {
      return otherwise;
    }
  },
  set(key, value) {
    try {
      sessionStorage.setItem("hvs." + key, JSON.stringify(value));
    } catch (error) { /* full or forbidden: then only a reload forgets */ }
  },
};
let outbox = memory.get("outbox", []);
const keep = () => memory.set("talk." + persona, talk.slice(-KEEP));
const newest = () => Math.max(0, ...talk.filter((one) => one.parts).map((one) => one.id));

// Drawing
function make(tag, kind, words) {
  const element = document.createElement(tag);
  element.className = kind || "";
  element.textContent = words || "";
  return element;
}

function makeButton(words, act) {
  const button = make("button", "", words);
  button.type = "button";
  button.onclick = act;
  return button;
}

// Only our own addresses become links: a name or a quoted fraud never does.
function write(words) {
  const line = make("p");
  words.split(LINK).forEach((piece, place) => {
    let words = piece;
    if (place % 2 && (piece[0] === "/" || piece.startsWith(location.origin + "/"))) {
      words = make("a", "", piece);
      words.href = piece;
      words.target = "_blank";
      words.rel = "noopener noreferrer";
    }
    line.append(words);
  });
  return line;
}

function drawPicture(picture) {
  const image = make("img");
  image.alt = picture.alt;
  image.onload = settle;
  image.onerror = () => image.replaceWith(make("p", "", "[Hình: " + picture.alt + "]"));
  image.src = picture.url;
  return image;
}

const choicesOf = (entry) => (entry.parts && entry.parts.length ? entry.parts[entry.parts.length - 1].buttons : []);

function drawChoices(entry, place) {
  const list = make("ul");
  place.textContent = "";
  choicesOf(entry).forEach((one) => {
    const isChosen = one.token === entry.chosen;
    if (entry.done) list.append(make("li", isChosen ? "chosen" : "", one.label + (isChosen ? " (đã chọn)" : "")));
    else place.append(makeButton(one.label, () => press(entry, one)));
  });
  if (entry.done) place.append(list);
}

function drawTheirs(entry, said) {
  said.append(make("p", "who", "Trợ lý"));
  entry.parts.forEach((part) => {
    const bubble = make("div", "bubble");
    if (part.heading) bubble.append(make("p", "heading", part.heading));
    if (part.text) bubble.append(write(part.text));
    if (part.picture) bubble.append(drawPicture(part.picture));
    said.append(bubble);
  });
  if (!choicesOf(entry).length) return;
  const place = make("div", "choices");
  drawChoices(entry, place);
  said.append(place);
}

function drawMine(entry, said) {
  const who = make("p", "who", "Tôi · "), state = make("span"), bubble = make("div", "bubble");
  state.setAttribute("aria-live", "off"); // "đã gửi" after each message would drown the answers
  drawState(entry, state);
  who.append(state);
  bubble.append(make("p", "", entry.shown));
  said.append(who, bubble);
}

function drawState(entry, place) {
  const canRepeat = entry.state === "failed" || entry.state === "slow";
  place.className = canRepeat || entry.why ? "bad" : "";
  place.textContent = entry.why ? "chưa gửi được. " + entry.why : STATES[entry.state];
  if (canRepeat) place.append(makeButton("Gửi lại", () => sendAgain(entry)));
}

function draw(entry, before) {
  const node = make("div", "said " + (entry.parts ? "bot" : "me"));
  node.tabIndex = -1; // focused after a press: Tab leads to the next question
  (entry.parts ? drawTheirs : drawMine)(entry, node);
  nodes.set(entry, node);
  log.insertBefore(node, before || null);
  return node;
}

function drawAll() {
  log.textContent = "";
  nodes = new Map();
  talk.forEach((entry) => draw(entry));
  anchor = null;
  scrollTo(0, room());
}

function tell(words) {
  notice = words;
  const status = find("status");
  if (status.textContent === (lost || notice)) return;
  status.textContent = lost || notice;
  settle();
}

// Scrolling: to the end, but the beginning of the answer stays in sight.
const room = () => document.documentElement.scrollHeight - innerHeight;

function settle() {
  if (anchor) {
    const cover = getComputedStyle(demo).position === "sticky" ? demo.offsetHeight : 0;
    const above = anchor.getBoundingClientRect().top + scrollY - cover - 12;
    scrollTo(0, Math.min(room(), above));
  }
  offerMore();
}

function offerMore() {
  more.hidden = room() - scrollY < 40;
}

// Choices: answered or followed by others, they become a list, so that nothing vanishes.
const point = (node) => node.focus({ preventScroll: true });
const openOnes = () => talk.filter((entry) => choicesOf(entry).length && !entry.done);

function closeChoices(entry, chosen) {
  const node = nodes.get(entry), place = node.querySelector(".choices");
  if (place.contains(document.activeElement)) point(node);
  entry.done = true;
  entry.chosen = chosen;
  place.setAttribute("aria-live", "off"); // the same words are no news
  drawChoices(entry, place);
}

function press(entry, button) {
  openOnes().forEach((one) => {
    if (one.id <= entry.id) closeChoices(one, one === entry ? button.token : "");
  });
  point(nodes.get(say({ button: button.token, shown: button.label })));
}

function type(words) {
  openOnes().reverse().forEach((entry, age) => {
    const isDigit = age === 0 && /^[1-9]$/.test(words);
    const same = choicesOf(entry).find((one) => isDigit && one.label.startsWith(words + "."));
    closeChoices(entry, same ? same.token : "");
  });
  say({ text: words, shown: words });
}

// Sending: one by one, which keeps the order; with the same id, so that nothing counts twice.
function newId() {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  return bytes.map((byte) => ("0" + byte.toString(16)).slice(-2)).join("");
}

function say(entry) {
  Object.assign(entry, { id: newId(), as: persona, state: "sending" });
  talk.push(entry);
  anchor = draw(entry);
  tell("");
  queue(entry);
  settle();
  return entry;
}

function queue(entry) {
  outbox.push({ id: entry.id, as: entry.as, text: entry.text, button: entry.button });
  memory.set("outbox", outbox);
  keep();
  sendAll();
}

function sendAgain(entry) {
  point(nodes.get(entry));
  mark(entry, "sending");
  if (outbox.some((one) => one.id === entry.id)) wakeSender();
  else queue(entry);
}

function mark(message, state, why) {
  const isHere = message.as === persona;
  const entries = isHere ? talk : memory.get("talk." + message.as, []);
  const entry = entries.find((one) => one.id === message.id);
  if (!entry) return;
  entry.state = state;
  entry.why = why;
  memory.set("talk." + message.as, entries.slice(-KEEP));
  if (isHere) drawState(entry, nodes.get(entry).querySelector("span"));
}

async function sendAll() {
  if (isSending) return;
  isSending = true;
  let failures = 0;
  while (outbox.length) {
    const message = outbox[0], before = newest();
    const answer = await post("/chat/messages", message);
    if ([202, 400, 403, 413, 415].includes(answer.code)) {
      outbox.shift();
      memory.set("outbox", outbox);
      failures = 0;
      tell("");
      if (answer.code !== 202) {
        mark(message, "refused", answer.error || "Xin viết lại.");
        tell("Tin nhắn chưa gửi được.");
      } else if (answer.status === "throttled") mark(message, "slow");
      else {
        mark(message, "sent");
        if (newest() === before) expect();
      }
      continue;
    }
    failures += 1;
    mark(message, failures < 5 ? "again" : "failed");
    if (failures === 5) tell("Tin nhắn chưa gửi được, có mạng sẽ gửi.");
    await rest(failures, (wake) => { wakeSender = wake; });
  }
  isSending = false;
}

const inTime = (promise, time) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new TypeError("no answer")), time);
  promise.then(resolve, reject);
});

const ask = (path, options) =>
  inTime(fetch(path, Object.assign({ credentials: "same-origin" }, options)), 30000);

// Never fails: code 0 = nothing came back.
async function post(path, content) {
  const headers = { "Content-Type": "application/json" };
  let code = 0;
  try {
    const answer = await ask(path, { method: "POST", headers, body: JSON.stringify(content) });
    code = answer.status;
    return Object.assign(await answer.json(), { code });
  } catch (error) {
    return { code };
  }
}

function rest(failures, lend) {
  const pause = Math.min(15000, 500 * 2 ** failures) * (0.7 + 0.6 * Math.random());
  return new Promise((resolve) => {
    lend(resolve);
    setTimeout(resolve, pause);
  });
}

// Waiting for the answer
function expect() {
  stopExpecting();
  const show = () => { waiting.hidden = false; settle(); };
  timers = [setTimeout(show, 700), setTimeout(() => hangUp(), NUDGE), setTimeout(stopExpecting, 60000)];
}

function stopExpecting() {
  timers.forEach(clearTimeout);
  waiting.hidden = true;
}

// Hearing
function hear(id, parts) {
  if (talk.some((one) => one.id === id)) return;
  const wasAtEnd = scrollY >= room() - 60;
  const entry = { id, parts, done: false, chosen: "" };
  const later = talk.find((one) => one.parts && one.id > id);
  talk.splice(later ? talk.indexOf(later) : talk.length, 0, entry);
  const node = draw(entry, nodes.get(later));
  openOnes().slice(0, -1).forEach((one) => closeChoices(one, ""));
  keep();
  stopExpecting();
  if (anchor ? anchor.className === "said me" : wasAtEnd) anchor = node;
  settle();
}

// The stream has told all there was.
function catchUp(letters) {
  if (!letters && newest()) { // deleted on the server, or another database
    talk = [];
    memory.set("started." + persona, null);
    drawAll();
  }
  const payload = new URLSearchParams(location.search).get("start") || "";
  const isNew = /^[\w-]{1,64}$/.test(payload) && memory.get("started." + persona) !== payload;
  if (!isNew && talk.length) return;
  memory.set("started." + persona, payload);
  const played = config.personas.find((one) => one.key === persona);
  const hint = isNew ? payload : played ? played.start : "";
  say({ text: ("/start " + hint).trim(), shown: "Bắt đầu" });
}

function read(block) {
  const lines = {};
  block.split("\n").forEach((line) => {
    const [name, ...rest] = line.split(": ");
    lines[name] = rest.join(": ");
  });
  if (lines.event === "ready") catchUp(JSON.parse(lines.data).letters);
  else if (lines.id) hear(Number(lines.id), JSON.parse(lines.data));
}

async function listen(mine) {
  const answer = await ask("/chat/stream?as=" + encodeURIComponent(persona) + "&after=" + newest());
  if (!answer.ok) throw new Error((await answer.json()).error);
  const reader = answer.body.getReader(), decoder = new TextDecoder();
  let heard = Date.now(), pending = "";
  const stop = () => reader.cancel().catch(() => {});
  hangUp = stop;
  const watch = setInterval(() => { if (Date.now() - heard > SILENCE) stop(); }, 5000);
  try {
    for (;;) {
      const piece = mine === turn ? await reader.read() : { done: true };
      if (piece.done || mine !== turn) return;
      heard = Date.now();
      const blocks = (pending + decoder.decode(piece.value, { stream: true })).split("\n\n");
      pending = blocks.pop();
      lost = "";
      tell(notice);
      wakeSender();
      blocks.forEach(read);
    }
  } finally {
    clearInterval(watch);
    stop();
  }
}

async function stayConnected() {
  const mine = (turn += 1);
  let failures = 0;
  hangUp();
  while (mine === turn) {
    const started = Date.now();
    let words = LOST;
    try {
      await learn();
      if (mine === turn) await listen(mine);
    } catch (error) {
      if (error.name === "Error") words = error.message || LOST;
    }
    if (mine !== turn) return;
    failures = Date.now() - started > 5000 ? 0 : failures + 1;
    if (failures > 1) { // the first new try is quick: nobody needs to know
      lost = words;
      stopExpecting();
    }
    tell(notice);
    await rest(failures, (wake) => { wakeListener = wake; });
  }
}

// Who speaks, and on which day
async function learn() {
  const isFirst = !config;
  const answer = await ask("/chat/config");
  if (!answer.ok) throw new Error(LOST);
  config = await answer.json();
  if (memory.get("visitor", config.visitor) !== config.visitor) { // the talk of somebody else
    sessionStorage.clear();
    outbox = [];
    talk = [];
    drawAll();
  }
  memory.set("visitor", config.visitor);
  find("commune").textContent = config.commune;
  demo.hidden = !config.demo;
  if (config.demo) showDay();
  if (!isFirst) return;
  config.personas.forEach((one) => select.append(new Option(one.label, one.key)));
  const wanted = new URLSearchParams(location.search).get("vai");
  if (config.personas.some((one) => one.key === wanted)) select.value = wanted;
  enter(select.value);
  sendAll();
}

function enter(key) {
  persona = key;
  talk = memory.get("talk." + persona, []);
  box.value = memory.get("draft." + persona, "");
  stopExpecting();
  tell("");
  drawAll();
  grow();
}

function showDay() {
  const full = { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" };
  find("today").textContent = "Hôm nay: " + new Date(config.date + "T00:00").toLocaleDateString("vi-VN", full) + ".";
  if (document.activeElement !== day) day.value = config.date;
}

async function moveDay() {
  clearTimeout(dayTimer);
  const wanted = day.value;
  if (!config || wanted === config.date || !(wanted >= "2000")) return;
  config.date = wanted;
  const answer = await post("/chat/date", { date: wanted });
  if (answer.date) config.date = answer.date;
  else await learn().catch(() => {});
  showDay();
  tell(answer.date ? find("today").textContent : answer.error || "Chưa chuyển được ngày. Xin thử lại.");
}

select.addEventListener("change", () => {
  enter(select.value);
  history.replaceState(null, "", "?vai=" + encodeURIComponent(persona));
  stayConnected();
});
// Typing a date passes through other dates: wait until the hand rests.
day.addEventListener("change", () => { clearTimeout(dayTimer); dayTimer = setTimeout(moveDay, 900); });
day.addEventListener("blur", moveDay);
day.addEventListener("keydown", (event) => { if (event.key === "Enter") moveDay(); });

// Typing
const hasMouse = matchMedia("(pointer: fine)").matches;

function grow() {
  box.style.height = "auto";
  box.style.height = box.scrollHeight + 4 + "px";
}

find("form").addEventListener("submit", (event) => {
  const words = box.value.trim();
  event.preventDefault();
  if (!words || hasMouse) box.focus(); // on a phone its keyboard would cover the answer
  if (!words) return;
  if (!config) return tell("Đang nối, xin chờ một chút.");
  if (words.length > 4096) return tell("Tin dài quá 4.096 chữ. Xin chia làm nhiều tin.");
  box.value = "";
  memory.set("draft." + persona, "");
  grow();
  type(words);
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  find("send").click();
});
box.addEventListener("input", () => { memory.set("draft." + persona, box.value); grow(); });

// The page itself. A hand on it wins over our scrolling.
["wheel", "touchmove", "keydown", "mousedown"].forEach((kind) =>
  addEventListener(kind, () => { anchor = null; }, { capture: true, passive: true }));
more.addEventListener("click", () => { anchor = null; scrollBy(0, innerHeight * 0.6); });
addEventListener("scroll", offerMore, { passive: true });
addEventListener("resize", settle);
addEventListener("offline", () => hangUp());
addEventListener("online", () => { wakeSender(); wakeListener(); });
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  wakeListener();
  if (config && config.demo) learn().catch(() => {}); // another tab may have moved the date
});
if (hasMouse) box.focus();
if (!navigator.cookieEnabled) tell("Trình duyệt đang chặn cookie. Xin bật cookie.");
stayConnected();
