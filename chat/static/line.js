// A connection that mends itself: a websocket, or plain requests where there is none. One act is under way at a time, and is sent
// again after a break unless the server has it already.

const SLOWEST = 15000; // milliseconds between two attempts

export class Line {
  constructor(options) {
    Object.assign(this, options); // encounter, number, onState, onError, onConflict, onLost, onBack, onSent
    this.pending = null;
    this.wait = 500;
    this.lost = false;
    this.never = 0; // how often a websocket could not be opened
    this.connect();
    addEventListener("online", () => this.renew());
    addEventListener("offline", () => { if (!this.lost) { this.lost = true; this.onLost(); } });
  }

  get open() { return this.socket?.readyState === WebSocket.OPEN && navigator.onLine; }

  connect() {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws?encounter=${encodeURIComponent(this.encounter)}&seen=${this.number}`);
    this.socket = socket;
    socket.onmessage = (event) => this.hear(JSON.parse(event.data));
    socket.onopen = () => { this.opened = true; this.wait = 500; this.never = 0; };
    socket.onclose = () => this.closed(socket);
  }

  // A socket from before a break may look open and be dead: take a new one, and the server says what was missed.
  renew() {
    const old = this.socket;
    this.socket = null;
    old?.close();
    this.connect();
  }

  closed(socket) {
    if (socket !== this.socket) return;
    if (!this.opened) this.never += 1;
    if (!this.lost && (this.opened || this.never > 1)) { this.lost = true; this.onLost(); }
    if (this.pending && this.never > 0 && navigator.onLine) this.post(this.pending);
    setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(this.wait * 2, SLOWEST);
  }

  send(act) {
    if (this.pending) return false;
    this.pending = this.sent = { ...act, seen: this.number };
    if (this.open) this.socket.send(JSON.stringify(this.pending));
    else if (this.never > 0 && navigator.onLine) this.post(this.pending);
    else this.connect();
    return true;
  }

  hear(message) {
    if (message.type === "pong") return;
    if (message.type === "error") { this.pending = null; this.onError(message.title); return; }
    if (this.lost) { this.lost = false; this.onBack(); }
    if (message.type === "resumed") { this.again(); return; }
    const grown = message.number > this.number;
    const pending = this.pending;
    this.number = message.number;
    if (message.type === "conflict") { this.pending = null; this.onState(message); this.onConflict(pending ?? this.sent); return; }
    this.onState(message);
    if (pending && grown) { this.pending = null; this.onSent(); } else this.again();
  }

  again() {
    if (!this.pending) return;
    this.socket.send(JSON.stringify(this.pending));
  }

  async post(act) {
    const kind = { message: "messages", correction: "corrections", undo: "undo" }[act.type];
    const { type, ...body } = act;
    try {
      const response = await fetch(`/api/encounters/${encodeURIComponent(this.encounter)}/${kind}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
      if (response.ok || response.status === 409) { location.reload(); return; }
      this.pending = null;
      this.onError((await response.json()).title);
    } catch {
      this.onLost();
    }
  }
}
