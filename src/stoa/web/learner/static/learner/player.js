// A transcript that follows its video: a line seeks, the current line is marked, a box filters. Each page is complete without it.

for (const player of document.querySelectorAll("[data-player]")) {
  const video = player.querySelector("video");
  for (const transcript of player.querySelectorAll("[data-transcript]")) {
    const lines = [...transcript.querySelectorAll("a[data-start]")];
    if (video) follow(video, transcript, lines);
    filter(transcript, lines);
  }
  const failed = player.querySelector("[data-media-error]");
  const last = video?.querySelector("source:last-of-type");
  if (last && failed) last.addEventListener("error", () => (failed.hidden = false));
}

function follow(video, transcript, lines) {
  const starts = lines.map((line) => Number(line.dataset.start));
  transcript.addEventListener("click", (event) => {
    const line = event.target.closest("a[data-start]");
    if (!line || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    video.currentTime = Number(line.dataset.start);
    video.play().catch(() => {});
  });
  let current = -1;
  video.addEventListener("timeupdate", () => {
    let now = -1;
    for (let low = 0, high = starts.length - 1; low <= high; ) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= video.currentTime + 0.05) {
        now = middle;
        low = middle + 1;
      } else high = middle - 1;
    }
    if (now === current) return;
    lines[current]?.removeAttribute("aria-current");
    lines[now]?.setAttribute("aria-current", "true");
    current = now;
    const list = lines[now]?.closest("ol");
    if (!list || list.matches(":hover, :focus-within")) return;
    const line = lines[now].getBoundingClientRect();
    const frame = list.getBoundingClientRect();
    if (line.top < frame.top || line.bottom > frame.bottom) list.scrollTop += line.top - frame.top - frame.height / 3;
  });
}

function filter(transcript, lines) {
  const tools = transcript.querySelector("[data-filter]");
  if (!tools || lines.length < 2) return;
  tools.hidden = false;
  const box = tools.querySelector("input");
  const found = tools.querySelector("[data-found]");
  const texts = lines.map((line) => plain(line.lastElementChild.textContent));
  box.addEventListener("input", () => {
    const wanted = plain(box.value.trim());
    let count = 0;
    lines.forEach((line, index) => {
      const hit = texts[index].includes(wanted);
      line.parentElement.hidden = !hit;
      if (hit) count += 1;
    });
    const words = count === 0 ? found.dataset.none : count === 1 ? found.dataset.one : found.dataset.many;
    found.textContent = wanted ? words.replace("#", count) : "";
  });
}

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

// What is wider than the page scrolls inside itself: let the keyboard reach it.
for (const wide of document.querySelectorAll(".prose, .prose pre, .question__choices span")) {
  if (wide.scrollWidth > wide.clientWidth + 1) wide.tabIndex = 0;
}
