const origin = new URLSearchParams(location.search).get('origin') ?? '';

/** @param {string} id */
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

find('site').textContent = URL.canParse(origin) ? new URL(origin).host : origin;
for (const answer of ['granted', 'denied']) {
  find(answer).addEventListener('click', () => chrome.runtime.sendMessage({ command: 'answerMicrophone', origin, answer }));
}
