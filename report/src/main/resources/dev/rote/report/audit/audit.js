(() => {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($('data').textContent);
  const { ids, paths, texts, root, classes, observed, suggested, probability, score, images, wrong, questions, decided } = data;
  const several = questions > 1; // entries are questions, and the classes 2k and 2k + 1 the answers to one
  const n = ids.length;
  const CARDS = 48;
  const LARGEST_MATRIX = 24;
  const STEPS = 500;
  const KEY = 'rote-audit:' + data.audit;
  const START = JSON.stringify(decided);
  const ACTIONS = ['keep', 'relabel', 'drop'];
  const number = (x) => x.toLocaleString('en');
  const percent = (p) => (p > 0.99 ? 'over 99' : p < 0.01 ? 'under 1' : Math.round(100 * p)) + '%';
  // The least suspect samples of each class whose images are here: what the class looks like.
  const TYPICAL = 3;
  const typical = classes.map(() => []);
  for (let row = n - 1; row >= 0; row--) {
    if (images[row] && !several && score[row] < 0 && typical[observed[row]].length < TYPICAL) typical[observed[row]].push(row);
  }
  const anyPicture = Boolean(paths) || images.some(Boolean);
  const source = (row) => `data:image/${images[row].startsWith('/9j/') ? 'jpeg' : 'png'};base64,${images[row]}`;
  const rowOfId = new Map(ids.map((id, row) => [id, row]));

  // Decisions: row -> [action, class, note]; the class is -1 where the sample is dropped.
  let decisions = new Map();
  let history = []; // steps, each a list of [row, decision before or null]
  let forgetful = false;

  const decisionFits = (row, d) => Array.isArray(d) && ACTIONS.includes(d[0]) && typeof d[2] === 'string'
    && (d[0] === 'drop' ? d[1] === -1 : Number.isInteger(d[1]) && d[1] >= 0 && d[1] < classes.length && (!several || d[1] >> 1 === observed[row] >> 1));

  function recall() {
    decisions = new Map();
    history = [];
    const add = (made) => {
      for (const [id, decision] of Object.entries(made)) {
        const row = rowOfId.get(Number(id));
        if (row !== undefined && decisionFits(row, decision)) decisions.set(row, decision);
      }
    };
    add(decided);
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) || '{}');
      // The browser has taken these over before, and may have withdrawn some.
      if (kept.start === START) decisions.clear();
      add(kept.decisions || {});
      for (const step of kept.history || []) {
        const rows = step.map(([id, before]) => [rowOfId.get(id), before]);
        if (rows.every(([row, before]) => row !== undefined && (before === null || decisionFits(row, before)))) history.push(rows);
      }
    } catch (problem) {
      setForgetful();
    }
  }

  function setForgetful() {
    forgetful = true;
    $('forgetful').hidden = false;
  }

  // A server keeps decisions in a file for everybody; without one, they stay in this browser.
  let server = null;

  const note = (row) => (decisions.get(row) || ['', -1, ''])[2];
  const words = (decision) => (decision ? [decision[0], decision[1] < 0 ? '' : classes[decision[1]]] : ['', '']);
  const fromServer = (made) => (made.action ? [made.action, made.action === 'drop' ? -1 : classes.indexOf(made.label), made.note] : null);

  /** Takes decisions of the server over; returns the rows that they change. */
  function take(made) {
    const step = [];
    for (const [id, one] of Object.entries(made)) {
      const row = rowOfId.get(Number(id));
      const decision = fromServer(one);
      if (row === undefined || same(decisions.get(row) || null, decision) || (decision && !decisionFits(row, decision))) continue;
      step.push([row, decisions.get(row) || null]);
      if (decision) decisions.set(row, decision); else decisions.delete(row);
    }
    return step;
  }

  async function connect() {
    if (!location.protocol.startsWith('http')) return;
    const answer = await fetch('decisions').catch(() => null);
    if (!answer || !answer.ok) return;
    const kept = await answer.json();
    server = { number: Number(location.pathname.match(/audit\/(\d+)/)[1]), sending: Promise.resolve() };
    decisions = new Map();
    history = [];
    take(kept.decisions);
    $('kept').textContent = 'Decisions are written to decisions.csv beside this page at once, with their history; others who review see them.';
    for (const then of document.querySelectorAll('.then')) then.textContent = 'Then turn decisions.csv, which lies beside this audit’s other files,';
    $('up').href = '../../';
    $('who-label').hidden = $('up').hidden = false;
    try { $('who').value = localStorage.getItem('rote-reviewer') || ''; } catch (problem) { /* asked for again next time */ }
    $('who').addEventListener('change', () => { try { localStorage.setItem('rote-reviewer', $('who').value); } catch (problem) { /* as above */ } });
    draw();
    const events = new EventSource('../../api/events?after=' + encodeURIComponent(kept.position));
    events.addEventListener('decisions', (event) => {
      const news = JSON.parse(event.data);
      if (news.audit === server.number) refresh(take(news.decisions));
    });
    events.addEventListener('reset', async () => {
      const now = await (await fetch('decisions')).json();
      const gone = Object.fromEntries([...decisions.keys()].filter((row) => !(ids[row] in now.decisions)).map((row) => [ids[row], { action: '', label: '', note: '' }]));
      refresh(take({ ...gone, ...now.decisions }));
    });
    events.onerror = () => say('Not connected; decisions are not written until the server answers again');
  }

  function send(step) {
    const changes = step.map(([row, before]) => {
      const [action, label] = words(decisions.get(row));
      const [was, labelWas] = words(before);
      return { id: ids[row], action, label, note: note(row), before: was, label_before: labelWas };
    });
    const undone = () => { for (const [row, before] of step) if (before) decisions.set(row, before); else decisions.delete(row); refresh(step, true); };
    server.sending = server.sending.then(async () => {
      const answer = await fetch('decisions', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ who: $('who').value, changes }) }).catch(() => null);
      if (!answer || !answer.ok) {
        undone();
        say('Not written: ' + (answer ? await answer.text() : 'the server does not answer') + '. Decide again when it does.');
        return;
      }
      const made = await answer.json();
      if (made.refused.length) {
        refresh(take(made.decisions), true);
        const who = made.decisions[made.refused[0]].who;
        say(`${who || 'Somebody'} decided about ${made.refused.length === 1 ? 'this sample' : made.refused.length + ' samples'} first; it stays that way`);
      }
    });
  }

  let pending = 0;
  function keepSoon() {
    if (server) return;
    if (!pending) pending = setTimeout(keepNow, 250);
  }
  function keepNow() {
    if (server) return;
    clearTimeout(pending);
    pending = 0;
    const kept = { start: START, decisions: {}, history: [] };
    decisions.forEach((decision, row) => { kept.decisions[ids[row]] = decision; });
    kept.history = history.filter((step) => step.length <= 100).slice(-50).map((step) => step.map(([row, before]) => [ids[row], before]));
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
    } catch (problem) {
      setForgetful();
    }
  }
  addEventListener('pagehide', () => { if (pending) keepNow(); });
  document.addEventListener('visibilitychange', () => { if (document.hidden && pending) keepNow(); });
  addEventListener('beforeunload', (event) => { if (forgetful && decisions.size) event.preventDefault(); });
  addEventListener('storage', (event) => {
    if (event.key === KEY && !server) { recall(); draw(); }
  });

  function say(text) {
    $('said').textContent = text;
  }

  // What is shown: the rows that fitted the filters when these were last changed, so that a sample
  // stays where it is when it is decided about.
  let view = [];
  let page = 0;
  let current = 0; // position in the view

  const cut = () => Number($('cut').value); // how many of the most suspect samples are looked at
  const least = () => Math.min(100, Math.max(0, Number($('least').value) || 0)) / 100;

  function filter() {
    const o = $('observed').value === '' ? -1 : Number($('observed').value);
    const s = $('suggested').value === '' ? -1 : Number($('suggested').value);
    const d = $('decision').value;
    const p = least();
    const text = $('path').value.trim().toLowerCase();
    view = [];
    for (let row = 0; row < cut(); row++) {
      if (o >= 0 && observed[row] !== o) continue;
      if (s >= 0 && suggested[row] !== s) continue;
      if (probability[row] < p) continue;
      if (d) {
        const decision = decisions.get(row);
        if (d === 'open' ? decision : d === 'made' ? !decision : !decision || decision[0] !== d) continue;
      }
      if (text && !(paths && paths[row].toLowerCase().includes(text)) && !(texts && texts[row].toLowerCase().includes(text))) continue;
      view.push(row);
    }
    const order = $('order').value;
    if (order !== 'rank') {
      const by = order === 'observed' ? observed : suggested;
      view.sort((a, b) => by[a] - by[b] || a - b);
    }
    page = 0;
    current = 0;
    draw();
  }

  function pageCount() {
    return Math.max(1, Math.ceil(view.length / CARDS));
  }

  function draw() {
    const start = page * CARDS;
    const cards = document.createDocumentFragment();
    for (let i = start; i < Math.min(view.length, start + CARDS); i++) cards.append(card(view[i], i));
    $('cards').start = start + 1;
    $('cards').replaceChildren(cards);
    $('none').hidden = view.length > 0;
    $('page').value = page + 1;
    $('page').max = pageCount();
    $('pages').textContent = number(pageCount());
    $('previous').disabled = page === 0;
    $('next').disabled = page + 1 >= pageCount();
    count();
    pressPairs();
  }

  function count() {
    const made = decisions.size;
    let here = 0;
    for (const row of view) if (decisions.has(row)) here++;
    $('shown').textContent = `${number(view.length)} of ${number(n)} ${several ? 'answers' : 'samples'} shown, ${number(here)} of them decided`;
    $('export').textContent = made ? `Export decisions.csv (${number(made)})` : 'Export decisions.csv';
    $('export').disabled = made === 0;
    $('undo').disabled = history.length === 0;
    $('forget').disabled = made === 0;
  }

  const template = $('card').content.firstElementChild;

  function card(row, position) {
    const item = template.cloneNode(true);
    const article = item.firstElementChild;
    const find = (selector) => article.querySelector(selector);
    const from = classes[observed[row]];
    const to = classes[suggested[row]];
    article.dataset.row = row;
    article.dataset.position = position;
    article.tabIndex = position === current ? 0 : -1;
    if (position === current) article.setAttribute('aria-current', 'true');
    find('.observed').textContent = from;
    const name = paths ? paths[row] : 'sample ' + Math.floor(ids[row] / questions);
    if (suggested[row] === observed[row]) {
      find('.arrow').remove();
      find('.suggested').textContent = '';
      find('h3').lastElementChild.previousElementSibling.textContent = ', no other class suggested';
      find('[data-action=relabel]').disabled = true;
    } else {
      find('.suggested').textContent = to;
    }
    find('.chance').textContent = probability[row] === null ? '' : `${percent(probability[row])} likely wrong`;
    find('.rank').textContent = `rank ${number(row + 1)}${score[row] === null ? '' : ', score ' + score[row]}`;
    find('.where').title = name;
    let original = null;
    if (root) {
      const link = document.createElement('a');
      link.textContent = name;
      original = link;
      link.href = new URL(name.replace(/#xywh=[\d.,]+$/, '').split('/').map(encodeURIComponent).join('/'), root);
      link.target = '_blank';
      link.rel = 'noopener';
      find('.where').append(link);
    } else {
      find('.where').textContent = name;
    }
    const picture = find('img');
    if (images[row]) {
      picture.onload = () => picture.classList.toggle('small', picture.naturalWidth <= 64);
      picture.src = source(row);
      picture.alt = `${name}, labelled ${from}`;
      picture.hidden = false;
      if (original) {
        const whole = original.cloneNode(false);
        whole.title = 'open at original size';
        whole.tabIndex = -1;
        picture.replaceWith(whole);
        whole.append(picture);
      }
      if (suggested[row] !== observed[row] && typical[suggested[row]].length) {
        find('.typical').hidden = false;
        find('.typical span').textContent = `typical ${to}: `;
        for (const other of typical[suggested[row]]) {
          const small = document.createElement('img');
          small.src = source(other);
          small.alt = '';
          find('.typical').append(small);
        }
      }
    } else if (texts || !anyPicture) {
      find('.picture').remove();
    } else {
      find('.no-picture').textContent = 'image not embedded';
      find('.picture').classList.add('bare');
    }
    if (texts) {
      find('.text').textContent = texts[row];
      find('.text').hidden = false;
    }
    find('[data-action=keep]').setAttribute('aria-label', `Keep ${from}`);
    find('[data-action=relabel]').setAttribute('aria-label', `Relabel as ${to}`);
    find('.other').setAttribute('aria-label', `Another class for ${name}`);
    find('.note').setAttribute('aria-label', `Note about ${name}`);
    if (several) {
      find('.other').remove();
      find('[data-action=drop]').title = 'leaves the whole sample out';
    }
    show(article, row);
    return item;
  }

  function show(article, row) {
    const decision = decisions.get(row);
    for (const button of article.querySelectorAll('[data-action]')) {
      const action = button.dataset.action;
      const pressed = decision !== undefined && decision[0] === action && (action !== 'relabel' || decision[1] === suggested[row]);
      button.setAttribute('aria-pressed', String(pressed));
    }
    article.dataset.decided = decision ? decision[0] : '';
    const reason = article.querySelector('.note');
    reason.hidden = !decision;
    if (document.activeElement !== reason || !decision) reason.value = note(row);
    const other = article.querySelector('.other');
    if (!other) return;
    const chosen = decision && decision[0] === 'relabel' && decision[1] !== suggested[row] ? decision[1] : -1;
    other.replaceChildren(new Option(chosen < 0 ? 'other class …' : classes[chosen], String(chosen)));
  }

  // Options are made when they are needed: 48 cards of 1,000 classes each would be slow.
  function fillOthers(select) {
    if (select.length > 1) return;
    const chosen = select.value;
    select.replaceChildren(new Option('other class …', '-1'), ...classes.map((name, k) => new Option(name, String(k))));
    select.value = chosen;
  }

  function same(a, b) {
    return a === b || (a && b && a[0] === b[0] && a[1] === b[1] && a[2] === b[2]);
  }

  /** One step: every [row, decision or null]. */
  function decide(changes) {
    const step = [];
    for (const [row, decision] of changes) {
      const before = decisions.get(row) || null;
      if (same(before, decision)) continue;
      step.push([row, before]);
      if (decision) decisions.set(row, decision); else decisions.delete(row);
    }
    if (step.length === 0) return;
    history.push(step);
    if (history.length > STEPS) history.shift();
    refresh(step);
    if (server) send(step);
  }

  function refresh(step) {
    keepSoon();
    const changed = new Set(step.map(([row]) => row));
    for (const article of $('cards').querySelectorAll('article')) {
      const row = Number(article.dataset.row);
      if (changed.has(row)) show(article, row);
    }
    count();
  }

  function suggestion(row, action) {
    if (action === 'keep') return ['keep', observed[row], note(row)];
    if (action === 'drop') return ['drop', -1, note(row)];
    return suggested[row] === observed[row] ? null : ['relabel', suggested[row], note(row)];
  }

  /** The decision for a class. */
  function ofClass(row, k) {
    return [k === observed[row] ? 'keep' : 'relabel', k, note(row)];
  }

  function inWords(row) {
    const decision = decisions.get(row);
    if (!decision) return 'not decided';
    return decision[0] === 'drop' ? 'dropped' : decision[0] === 'keep' ? `kept ${classes[decision[1]]}` : `relabelled ${classes[decision[1]]}`;
  }

  function undo() {
    const step = history.pop();
    if (!step) return;
    const now = step.map(([row]) => [row, decisions.get(row) || null]);
    for (const [row, before] of step) {
      if (before) decisions.set(row, before); else decisions.delete(row);
    }
    refresh(step);
    if (server) send(now);
    const position = view.indexOf(step[0][0]);
    if (position >= 0) go(position, true);
    say(step.length === 1 ? `Undone: ${inWords(step[0][0])}` : `Undone for ${number(step.length)} samples`);
  }

  function go(position, focus) {
    if (view.length === 0) return;
    current = Math.min(view.length - 1, Math.max(0, position));
    const wanted = Math.floor(current / CARDS);
    if (wanted !== page) {
      page = wanted;
      draw();
    }
    for (const article of $('cards').querySelectorAll('article')) {
      const here = Number(article.dataset.position) === current;
      article.tabIndex = here ? 0 : -1;
      if (here) article.setAttribute('aria-current', 'true'); else article.removeAttribute('aria-current');
      if (here && focus) article.focus();
    }
  }

  function turn(pages, focus) {
    const wanted = Math.min(pageCount() - 1, Math.max(0, page + pages));
    if (wanted === page) return;
    go(wanted * CARDS, focus);
    if (!focus) $('review').scrollIntoView();
  }

  function columns() {
    return getComputedStyle($('cards')).gridTemplateColumns.split(' ').length;
  }

  const cards = $('cards');
  cards.addEventListener('click', (event) => {
    const article = event.target.closest('article');
    if (!article) return;
    const row = Number(article.dataset.row);
    const onControl = event.target.closest('button, select, input');
    go(Number(article.dataset.position), !onControl);
    const button = event.target.closest('[data-action]');
    if (!button) return;
    const wanted = suggestion(row, button.dataset.action);
    decide([[row, same(decisions.get(row), wanted) ? null : wanted]]); // pressed again: taken back
    say(inWords(row));
  });
  cards.addEventListener('pointerdown', (event) => { if (event.target.matches('.other')) fillOthers(event.target); });
  cards.addEventListener('focusin', (event) => {
    if (event.target.matches('.other')) fillOthers(event.target);
    const article = event.target.closest('article');
    if (article && Number(article.dataset.position) !== current) go(Number(article.dataset.position), false);
  });
  cards.addEventListener('change', (event) => {
    const row = Number(event.target.closest('article').dataset.row);
    if (event.target.matches('.note')) {
      const [action, k] = decisions.get(row);
      decide([[row, [action, k, event.target.value.trim()]]]);
      say('Noted');
      return;
    }
    const k = Number(event.target.value);
    decide([[row, k < 0 ? null : ofClass(row, k)]]);
    say(inWords(row));
  });

  document.addEventListener('keydown', (event) => {
    const target = event.target;
    if (event.key === 'Enter' && target.matches('.note')) target.closest('article').focus(); // which notes it
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || target.closest('input, select, textarea, summary')) return;
    const inCards = target.closest('#cards');
    const nowhere = target === document.body || target.id === 'review';
    if (!inCards && !nowhere) return;
    const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(), ArrowUp: -columns() };
    if (inCards && event.key in moves) {
      event.preventDefault();
      go(current + moves[event.key], true);
    } else if (inCards && (event.key === 'PageDown' || event.key === 'PageUp')) {
      event.preventDefault();
      turn(event.key === 'PageDown' ? 1 : -1, true);
    } else if ($('keys').checked) {
      const key = event.key.toLowerCase();
      const action = { k: 'keep', r: 'relabel', d: 'drop' }[key];
      const digit = /^[1-9]$/.test(key) && !several ? Number(key) - 1 : classes.length;
      if (digit < classes.length && view.length) {
        event.preventDefault();
        const row = view[current];
        decide([[row, ofClass(row, digit)]]);
        say(inWords(row));
        go(current + 1, true);
      } else if (key === 'n' && decisions.has(view[current])) {
        event.preventDefault();
        cards.querySelector('article[aria-current] .note').focus();
      } else if (key === 'u') {
        event.preventDefault();
        undo();
      } else if (action && view.length) {
        event.preventDefault();
        const row = view[current];
        const wanted = suggestion(row, action);
        if (!wanted) {
          say('No other class is suggested; choose one from the list');
          return;
        }
        decide([[row, wanted]]);
        say(inWords(row));
        go(current + 1, true);
      }
    }
  });

  $('digits').textContent = several ? '' : 'Digits choose a class: ' + classes.slice(0, 9).map((name, k) => `${k + 1} ${name}`).join(', ') + '. ';
  $('undo').addEventListener('click', undo);
  $('previous').addEventListener('click', () => turn(-1, false));
  $('next').addEventListener('click', () => turn(1, false));
  $('page').addEventListener('change', () => turn((Math.trunc(Number($('page').value)) || 1) - 1 - page, false));
  for (const button of document.querySelectorAll('[data-all]')) {
    button.addEventListener('click', () => {
      const changes = view.filter((row) => !decisions.has(row)).map((row) => [row, suggestion(row, button.dataset.all)]).filter(([, decision]) => decision);
      decide(changes);
      say(`${number(changes.length)} samples decided; undo takes all of them back`);
    });
  }
  $('forget').addEventListener('click', () => {
    const rows = [...decisions.keys()];
    decide(rows.map((row) => [row, null]));
    say(`${number(rows.length)} decisions forgotten; undo brings them back`);
  });

  // decisions.csv
  const HEADER = ['id', 'path', 'observed', 'decision', 'label', 'note'];
  const quoted = (cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? '"' + cell.replaceAll('"', '""') + '"' : cell);

  // an apostrophe before what a spreadsheet would take for a formula
  const safe = (cell) => (/^'*[=+\-@\t\r]/.test(cell) && !/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell) ? "'" + cell : cell);
  const fromSafe = (cell) => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);

  function csv() {
    const lines = [HEADER.join(',')];
    for (const row of [...decisions.keys()].sort((a, b) => a - b)) {
      const [action, k] = decisions.get(row);
      lines.push([String(ids[row]), paths ? paths[row] : '', classes[observed[row]], action, k < 0 ? '' : classes[k], note(row)].map(safe).map(quoted).join(','));
    }
    return lines.join('\n') + '\n';
  }

  $('export').addEventListener('click', () => {
    keepNow();
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([csv()], { type: 'text/csv' }));
    link.download = 'decisions.csv';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    say(`${number(decisions.size)} decisions exported`);
  });

  function parse(text) {
    const rows = [[]];
    const cell = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/gy;
    for (let m; cell.lastIndex < text.length && (m = cell.exec(text));) {
      rows[rows.length - 1].push(m[1].startsWith('"') ? m[1].slice(1, -1).replaceAll('""', '"') : m[1]);
      if (m[2] !== ',') rows.push([]);
    }
    return rows.filter((row) => row.length > 1).map((row) => row.map(fromSafe));
  }

  $('load').addEventListener('change', async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    const [header, ...rows] = parse((await file.text()).replace(/^\uFEFF/, ''));
    event.target.value = '';
    const at = Object.fromEntries(HEADER.map((name) => [name, (header || []).indexOf(name)]));
    if (HEADER.some((name) => at[name] < 0 && name !== 'note')) {
      say('This is not a decisions.csv');
      alert('This is not a decisions.csv: its first line is not ' + HEADER.join(',') + ' (note may be missing)');
      return;
    }
    const changes = [];
    for (const cells of rows) {
      const row = rowOfId.get(Number(cells[at.id]));
      if (row === undefined || classes[observed[row]] !== cells[at.observed] || (paths && paths[row] !== cells[at.path])) continue;
      const decision = [cells[at.decision], cells[at.decision] === 'drop' ? -1 : classes.indexOf(cells[at.label]), cells[at.note] || ''];
      if (decisionFits(row, decision)) changes.push([row, decision]);
    }
    decide(changes);
    const unfit = rows.length - changes.length;
    say(`${number(changes.length)} decisions loaded` + (unfit ? `, ${number(unfit)} are about other data` : ''));
    if (unfit) alert(`${number(changes.length)} decisions loaded; ${number(unfit)} are about other data and were left out.`);
  });

  // Which classes are mixed up
  const pairButtons = [];

  function pairButton(from, to, text, label) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    if (label) button.setAttribute('aria-label', label);
    button.dataset.from = from;
    button.dataset.to = to;
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      const pressed = button.getAttribute('aria-pressed') === 'true';
      $('observed').value = pressed ? '' : String(from);
      $('suggested').value = pressed ? '' : String(to);
      filter();
      say($('shown').textContent);
      if (!pressed) $('review').scrollIntoView();
    });
    pairButtons.push(button);
    return button;
  }

  function pressPairs() {
    for (const button of pairButtons) {
      button.setAttribute('aria-pressed', String(button.dataset.from === $('observed').value && button.dataset.to === $('suggested').value));
    }
  }

  function drawPairs() {
    const K = classes.length;
    const counts = new Map();
    const p = least();
    for (let row = 0; row < cut(); row++) {
      if (observed[row] !== suggested[row] && probability[row] >= p) {
        const pair = observed[row] * K + suggested[row];
        counts.set(pair, (counts.get(pair) || 0) + 1);
      }
    }
    pairButtons.length = 0;
    $('threshold').textContent = (cut() < n ? `among the ${number(cut())} most suspect` : 'among all') + (p > 0 ? `, if their label is wrong with a probability of at least ${Math.round(100 * p)}%` : '');
    const first = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, K > LARGEST_MATRIX ? 40 : 8);
    $('pairs').replaceChildren(...first.map(([pair, count]) => {
      const item = document.createElement('li');
      const from = Math.floor(pair / K);
      const to = pair % K;
      item.append(pairButton(from, to, `${classes[from]} → ${classes[to]}: ${number(count)}`, `labelled ${classes[from]}, suggested ${classes[to]}: ${number(count)} samples`));
      return item;
    }));
    if (first.length === 0) {
      const item = document.createElement('li');
      item.textContent = 'None.';
      $('pairs').replaceChildren(item);
    }
    const matrix = $('matrix');
    matrix.hidden = several || K > LARGEST_MATRIX || first.length === 0;
    if (matrix.hidden) return;
    matrix.replaceChildren();
    matrix.createCaption().textContent = 'Rows: labelled as. Columns: suggested.';
    const head = matrix.createTHead().insertRow();
    head.append(document.createElement('td'), ...classes.map((name) => header(name, 'col')));
    const body = matrix.createTBody();
    const most = Math.max(...counts.values());
    for (let from = 0; from < K; from++) {
      const line = body.insertRow();
      line.append(header(classes[from], 'row'));
      for (let to = 0; to < K; to++) {
        const cell = line.insertCell();
        const count = counts.get(from * K + to) || 0;
        if (count) {
          cell.style.setProperty('--share', String(count / most));
          cell.append(pairButton(from, to, number(count), `labelled ${classes[from]}, suggested ${classes[to]}: ${number(count)} samples`));
        } else {
          cell.textContent = from === to ? '' : '·';
        }
      }
    }
  }

  function header(text, scope) {
    const cell = document.createElement('th');
    cell.scope = scope;
    cell.textContent = text;
    return cell;
  }

  // Start
  for (const [id, values] of [['observed', observed], ['suggested', suggested]]) {
    const counts = new Array(classes.length).fill(0);
    for (const k of values) counts[k]++;
    $(id).append(new Option('any', ''), ...classes.map((name, k) => new Option(`${name} (${number(counts[k])})`, String(k))));
  }
  $('path-filter').hidden = !paths && !texts;
  if (texts) $('path-filter').firstChild.textContent = 'Text or path contains ';
  // The list ends where the headline says; "Show all" goes on.
  const cuts = [[wrong, `the ${number(wrong)} most suspect`], [2 * wrong, `the ${number(2 * wrong)} most suspect`]].filter(([first]) => first > 0 && first < n);
  $('cut').append(...cuts.map(([first, text]) => new Option(text, String(first))), new Option('all', String(n), true));
  if (cuts.length) $('cut').value = String(cuts[0][0]);
  $('least').value = 0;
  $('least').defaultValue = '0';
  for (const id of ['observed', 'suggested', 'decision', 'order']) $(id).addEventListener('change', filter);
  $('least').addEventListener('input', () => { drawPairs(); filter(); });
  $('cut').addEventListener('change', () => { drawPairs(); filter(); });
  let typing = 0;
  $('path').addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(filter, 150);
  });
  $('filters').addEventListener('submit', (event) => event.preventDefault());
  // Not on the form's own reset event: that comes before the values change.
  $('filters').querySelector('[type=reset]').addEventListener('click', (event) => {
    event.preventDefault();
    clearTimeout(typing);
    $('filters').reset();
    drawPairs();
    filter();
  });
  // On a narrow window, what is not needed for a decision begins folded.
  const folds = [...document.querySelectorAll('.fold')];
  if (matchMedia('(max-width: 45rem)').matches) folds.forEach((fold) => { fold.open = false; });
  addEventListener('beforeprint', () => folds.forEach((fold) => { fold.open = true; }));
  const begun = Object.keys(decided).length;
  if (begun) $('kept').textContent = `The page starts with the ${begun === 1 ? 'decision' : number(begun) + ' decisions'} of decisions.csv. ` + $('kept').textContent;
  recall();
  drawPairs();
  filter();
  connect();
})();
