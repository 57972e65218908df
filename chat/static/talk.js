// Sends over a websocket when there is one and with fetch when not; shows the new page without losing the place.
// Without this script every form still works.
const live = () => document.getElementById("live");
const status = document.getElementById("status");
const encounter = live().dataset.encounter;
let socket = null;
let wait = 500;
let pending = null;

function say(words) { status.textContent = words; }

async function refresh() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("live");
  const kept = document.getElementById("text")?.value ?? "";
  live().replaceWith(fresh);
  const box = document.getElementById("text");
  if (box && kept && !pending) box.value = kept;
  say("");
  const heading = fresh.querySelector("h2");
  if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); heading.scrollIntoView({ block: "nearest" }); }
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}/ws?encounter=${encodeURIComponent(encounter)}&seen=${live().dataset.number}`);
  socket.addEventListener("open", () => {
    if (wait > 500) say(status.dataset.online);
    wait = 500;
    if (pending) socket.send(JSON.stringify(pending));
  });
  socket.addEventListener("message", async (event) => {
    const body = JSON.parse(event.data);
    if (body.type === "turn") {
      const box = document.getElementById("text");
      if (pending && box) box.value = "";
      pending = null;
      if (String(body.number) !== live().dataset.number) await refresh();
    } else if (body.type === "error") {
      pending = null;
      if (body.status === 409) await refresh();
      say(body.title);
    }
  });
  socket.addEventListener("close", () => {
    if (wait > 500 || pending) say(status.dataset.offline);
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 15000);
  });
}

function frameOf(form, button) {
  const fields = new FormData(form);
  const seen = Number(fields.get("seen"));
  if (form.action.endsWith("/messages")) {
    const text = button?.name === "quick" ? button.value : fields.get("text");
    return { type: "message", text, asked: fields.get("asked") || null, seen };
  }
  if (form.action.endsWith("/corrections")) return { type: "correction", statement: fields.get("statement"), action: button.value, seen };
  if (form.action.endsWith("/undo")) return { type: "undo", seen };
  return null;
}

document.addEventListener("submit", (event) => {
  const frame = frameOf(event.target, event.submitter);
  if (!frame || !socket || socket.readyState !== WebSocket.OPEN) {
    if (frame && !navigator.onLine) { event.preventDefault(); pending = frame; say(status.dataset.offline); }
    return;
  }
  event.preventDefault();
  if (pending) return;
  pending = frame;
  say(status.dataset.sending);
  socket.send(JSON.stringify(frame));
});

document.addEventListener("keydown", (event) => {
  if (event.target.id === "text" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
});

connect();
