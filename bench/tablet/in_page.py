"""Stop-watches that run inside the page, so that no time on the way to the driver is counted.

A moment counts as painted after two animation frames: the first draws it, the second begins when it is drawn.
"""

PAINTED = (
    "const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
)

# From the start of the navigation to the first of these headings, painted.
FIRST_SIGHT = """(() => {
    const look = () => {
        const heading = document.querySelector("main.gate h1:not(.unseen)");
        if (heading === null) return requestAnimationFrame(look);
        const seen = () => { window.__firstSight = performance.now(); };
        requestAnimationFrame(() => requestAnimationFrame(seen));
    };
    look();
})();"""
READ_FIRST_SIGHT = """() => new Promise((done) => {
    const look = () => window.__firstSight === undefined ? setTimeout(look, 5) : done(window.__firstSight);
    look();
})"""

# From the press of Unlock to the list of visits (or the page one was at), painted.
UNLOCK = (
    "async () => {"
    + PAINTED
    + """
    const begun = performance.now();
    document.querySelector("button[type=submit]").click();
    await new Promise((done) => {
        const open = () => document.querySelector(".bar .badge") !== null;
        const look = () => open() ? done() : requestAnimationFrame(look);
        look();
    });
    await painted();
    return performance.now() - begun;
}"""
)

# Taps each option in turn; answers, for each tap, ms to painted and ms to painted AND said to be saved.
TAPS = (
    "async ([count]) => {"
    + PAINTED
    + """
    const results = [];
    for (let turn = 0; results.length < count; turn += 1) {
        const options = [...document.querySelectorAll("[data-question] [data-option]:not(.many)")]
            .filter((option) => option.getAttribute("aria-pressed") === "false");
        const option = options[turn * 7 % options.length];
        const question = option.closest("[data-question]");
        const state = () => question.querySelector(".foot .save-state").textContent;
        const until = (holds) => new Promise((done) => {
            const look = () => { if (holds()) { watch.disconnect(); done(); } };
            const watch = new MutationObserver(look);
            watch.observe(question, { subtree: true, childList: true, characterData: true });
            look();
        });
        const begun = performance.now();
        option.click();
        const seen = painted().then(() => performance.now() - begun);
        await until(() => state() === "saving");
        await until(() => state() !== "saving" && state() !== "");
        await painted();
        results.push([await seen, performance.now() - begun]);
        await new Promise((done) => setTimeout(done, 30));
    }
    return results;
}"""
)

# How many records this tablet's stores hold, over all of its databases, once the app has packed its answers.
PACKED = """async () => {
  const count = async () => {
    let held = 0;
    for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((done, wrong) => {
            const asked = indexedDB.open(name);
            asked.onsuccess = () => done(asked.result);
            asked.onerror = () => wrong(asked.error);
        });
        for (const store of database.objectStoreNames) {
            held += await new Promise((done) => {
                const asked = database.transaction(store).objectStore(store).count();
                asked.onsuccess = () => done(asked.result);
            });
        }
        database.close();
    }
    return held;
  };
  for (let last = Infinity, still = 0; ; ) {
    const now = await count();
    still = now === last ? still + 1 : 0;
    if (still === 8) return now;
    last = now;
    await new Promise((done) => setTimeout(done, 250));
  }
}"""
