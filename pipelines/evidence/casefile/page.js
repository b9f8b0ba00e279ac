"use strict";
// A sign, a sentence or a time that is clicked moves the clip there. Without script the page says all the same.
(() => {
  const clips = [...document.querySelectorAll("video[data-start]")];
  const seek = (ms) => {
    const fits = clips.filter((clip) => Number(clip.dataset.start) <= ms);
    const clip = fits.length ? fits[fits.length - 1] : clips[0];
    if (!clip) return;
    clip.currentTime = Math.max(0, (ms - Number(clip.dataset.start)) / 1000 - 1);
    clip.scrollIntoView({ block: "center" });
    clip.play().catch(() => {});
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-seek]");
    if (target) seek(Number(target.dataset.seek));
  });
})();
