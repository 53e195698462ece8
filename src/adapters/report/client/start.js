// Puts the page together and answers the reader.

const view = { layers: new Set(["fills", "ladder", "levels", "stances"]), pinned: null };
let current = null;

function showSymbol(index) {
  const symbol = report.symbols[index];
  if (symbol === undefined) return;
  current?.price.remove();
  view.pinned = null;
  const host = document.getElementById("inspector");
  const last = symbol.bars.time.length - 1;
  let council = null;
  let shown = -1;

  function show(bar) {
    const now = view.pinned ?? bar ?? last;
    council?.show(now);
    if (now === shown) return;
    shown = now;
    inspect(host, symbol, now, view.pinned !== null);
  }

  function onBar(bar, clicked) {
    if (clicked) {
      view.pinned = view.pinned === bar ? null : bar;
      shown = -1;
      price.overlay.refresh();
    }
    show(bar);
  }

  let waiting = false;
  function onView() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      council?.draw();
    });
  }

  function onStep(step) {
    if (step === 0) view.pinned = null;
    else view.pinned = price.clamp((view.pinned ?? shown) + step);
    shown = -1;
    price.overlay.refresh();
    show(null);
  }

  const price = makePrice(document.getElementById("price-chart"), symbol, view, { bar: onBar, view: onView, step: onStep });
  council = makeCouncil(document.getElementById("council"), symbol, price, {
    bar(bar, clicked) {
      onBar(bar, clicked);
      price.point(bar);
    },
  });
  current = { price, draw: onView, point: (at) => onBar(at === null ? null : price.barAt(at), false) };
  document.getElementById("price-note").textContent = [
    symbol.timeframe === symbol.ownTimeframe
      ? `Bars of ${symbol.timeframe}, as the run saw them.`
      : `Bars of ${symbol.timeframe}, made for display from ${symbol.ownTimeframe} candles; their highs and lows are kept.`,
    ...symbol.notes,
    "Click a bar to pin it, arrow keys to walk; drag to move; pinch, or Ctrl and wheel, to zoom: the curves below follow.",
  ].join(" ");
  show(null);
  onView();
}

/** Shows a symbol, and says so wherever it can be chosen. */
function choose(index) {
  for (const button of document.querySelectorAll("[data-symbol]")) button.setAttribute("aria-selected", String(Number(button.dataset.symbol) === index));
  for (const button of document.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(Number(button.dataset.show) === index));
  const list = document.getElementById("symbol");
  if (list !== null) list.value = String(index);
  showSymbol(index);
}

function start() {
  for (const button of document.querySelectorAll("[data-symbol]")) button.addEventListener("click", () => choose(Number(button.dataset.symbol)));
  for (const button of document.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => {
      choose(Number(button.dataset.show));
      document.getElementById("price").scrollIntoView({ block: "start" });
    });
  }
  document.getElementById("symbol")?.addEventListener("change", ({ target }) => choose(Number(target.value)));
  for (const button of document.querySelectorAll("[data-layer]")) {
    button.addEventListener("click", () => {
      const { layer } = button.dataset;
      if (!view.layers.delete(layer)) view.layers.add(layer);
      button.setAttribute("aria-pressed", String(view.layers.has(layer)));
      current?.price.overlay.refresh();
    });
  }
  for (const button of document.querySelectorAll("[data-zoom]")) {
    const { zoom } = button.dataset;
    button.addEventListener("click", () => {
      if (zoom === "all") current?.price.all();
      else current?.price.zoom(zoom === "in" ? 0.5 : 2);
    });
  }
  choose(0);
  const onTime = (at) => current?.point(at);
  let removeCurves = makeCurves(onTime);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    current?.price.paint();
    current?.draw();
    removeCurves();
    removeCurves = makeCurves(onTime);
  });
}

start();
