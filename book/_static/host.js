// Brings the demos of a page to life without a kernel: each loads when it comes near the view.
(() => {
  const base = document.currentScript.src.replace(/host\.js.*$/, "");

  class Model {
    constructor(state) { this.state = state; this.heard = new Map(); }
    get(name) { return this.state[name]; }
    set(name, value) {
      if (!(value instanceof DataView) && JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
      this.state[name] = value;
      for (const f of [...(this.heard.get(`change:${name}`) || [])]) f();
    }
    on(event, f) { this.heard.set(event, [...(this.heard.get(event) || []), f]); }
    off(event, f) { this.heard.set(event, (this.heard.get(event) || []).filter((g) => g !== f)); }
    save_changes() {}
  }

  const fromPlain = (value) => {
    if (!value || typeof value !== "object" || !("$bytes" in value)) return value;
    return new DataView(Uint8Array.from(atob(value.$bytes), (c) => c.charCodeAt(0)).buffer);
  };

  const loading = new Map();
  const load = (name) => {
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${base}demos/${name}.js`;
        script.onload = () => resolve(window.kinemaDemos[name]);
        script.onerror = () => reject(new Error(`the demo ${name} could not be loaded`));
        document.head.append(script);
      }));
    }
    return loading.get(name);
  };

  const start = async (node) => {
    try {
      const state = Object.fromEntries(Object.entries(JSON.parse(node.dataset.state)).map(([k, v]) => [k, fromPlain(v)]));
      delete node.dataset.state;
      const demo = await load(node.dataset.demo), model = new Model(state);
      node.kinemaModel = model;
      node.kinemaLeave = demo.render({ model, el: node });
      node.dataset.alive = "true";
    } catch (error) {
      const note = document.createElement("p");
      note.textContent = `This demo did not start: ${error.message}. Reload the page to try again.`;
      node.append(note);
      console.error(error);
    }
  };

  const begin = () => {
    const watch = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) { watch.unobserve(target); start(target); }
      }
    }, { rootMargin: "400px" });
    document.querySelectorAll(".kinema-demo[data-state]").forEach((node) => watch.observe(node));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
