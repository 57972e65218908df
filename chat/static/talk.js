// The live conversation. Without this script every form here works by itself; with it nothing has to be loaded anew.
import { Line } from "./line.js";

const live = document.getElementById("live");
const composer = document.getElementById("composer");
const box = document.getElementById("text");
const status = document.getElementById("status");
const announce = document.getElementById("announce");

const line = new Line({
  encounter: live.dataset.encounter,
  number: Number(live.dataset.number),
  onState: show,
  onError: (words) => { status.textContent = words; },
  onConflict: (pending) => {
    status.textContent = status.dataset.conflict;
    if (pending?.type === "message" && !box.value) box.value = pending.text;
  },
  onLost: () => { status.textContent = status.dataset.offline; },
  onBack: () => { status.textContent = status.dataset.online; },
  onSent: () => { status.textContent = ""; },
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-live]");
  if (!form) return;
  event.preventDefault();
  const pressed = new FormData(form, event.submitter ?? undefined);
  const act = actOf(form.dataset.live, pressed);
  if (act.type === "message" && !act.text.trim()) {
    status.textContent = status.dataset.empty;
    box.focus();
    return;
  }
  if (line.send(act)) {
    status.textContent = line.open ? status.dataset.sending : status.dataset.offline;
    if (form === composer) box.value = "";
  }
});

box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) composer.requestSubmit();
});

function actOf(type, form) {
  if (type === "message") return { type, text: String(form.get("text") ?? answers(form)), asked: form.get("asked") || null };
  if (type === "correction") return { type, statement: form.get("statement"), action: form.get("action") };
  return { type };
}

// Several questions at once: their answers in a row, as one message.
function answers(form) {
  return [...form.entries()].filter(([name]) => name.startsWith("answer")).map(([, value]) => `${value}.`).join(" ");
}

function show(state) {
  const first = live.contains(document.activeElement) || document.activeElement === document.body || composer.contains(document.activeElement);
  const opened = [...live.querySelectorAll("details.fold[open] > summary")].map((s) => s.textContent);
  live.innerHTML = state.html;
  for (const summary of live.querySelectorAll("details.fold > summary")) summary.parentElement.open = opened.includes(summary.textContent);
  live.dataset.number = state.number;
  composer.elements.asked.value = state.asked ?? "";
  composer.elements.seen.value = state.number;
  const label = composer.querySelector("label");
  const empty = !live.querySelector(".you");
  label.textContent = empty ? label.dataset.first : state.asked ? label.dataset.answer : label.dataset.more;
  document.getElementById("text-hint").hidden = !empty;
  document.title = `${live.querySelector("#level")?.textContent ?? document.title.split(" · ")[0]} · Iatros`;
  if (state.lang !== document.documentElement.lang) { location.reload(); return; }
  announce.textContent = state.announce;
  const heading = live.querySelector("[data-focus]");
  if (first && heading) heading.focus({ preventScroll: true });
  document.getElementById("now").scrollIntoView({ block: heading ? "nearest" : "start" });
}
