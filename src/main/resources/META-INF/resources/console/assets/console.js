// What the pages do by themselves: tell of what changed, and keep a long conversation light. Without it they are links and forms.

const said = document.getElementById('said');
let hideSaid;

function say(text) {
  said.textContent = text;
  said.hidden = false;
  clearTimeout(hideSaid);
  hideSaid = setTimeout(() => { said.hidden = true; }, 5000);
}

document.body.addEventListener('htmx:responseError', event => {
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, 'text/html');
  say(answer.querySelector('main p')?.textContent || 'That did not work.');
});
document.body.addEventListener('htmx:sendError', () => say('The service cannot be reached.'));

/** A part of a page as the server made it: it escaped what people wrote, and the policy forbids scripts in it. */
function elements(html) {
  return new DOMParser().parseFromString(html, 'text/html').body;
}

// ── The history of a message ──────────────────────────────────────────────────────────────────────────────────────

const history = document.getElementById('history');
let openedFrom;

if (history) {
  document.body.addEventListener('click', event => {
    const opener = event.target.closest('.message .open');
    if (opener) {
      openedFrom = opener.closest('.message').id;
    }
    if (event.target.closest('.history .close')) {
      event.preventDefault();
      closeHistory();
    }
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && history.firstElementChild) {
      closeHistory();
    }
  });
  history.addEventListener('htmx:afterSwap', event => {
    if (event.target === history) {
      history.querySelector('.close')?.focus();
    }
  });
}

function closeHistory() {
  history.replaceChildren();
  document.querySelector(`#${CSS.escape(openedFrom || 'messages')} .open`)?.focus();
}

// ── Messages: a few pages of them at a time, whatever the length of the conversation ──────────────────────────────

const MOST_PAGES = 6;
const NEAR = 900;

/** When a message was sent, by its cursor. */
function at(cursor) {
  return parseInt(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), 10);
}

class Messages {
  constructor(box) {
    this.box = box;
    this.newestButton = document.getElementById('to-newest');
    this.busy = false;
    this.box.addEventListener('scroll', () => this.look(), { passive: true });
    this.newestButton.addEventListener('click', () => this.toNewest());
    this.settle();
    if (this.isAtNewest) {
      this.box.scrollTop = this.box.scrollHeight;
    }
    this.look();
  }

  get pages() { return [...this.box.querySelectorAll(':scope > .page')]; }
  get top() { return this.box.querySelector(':scope > .page'); }
  get bottom() { return this.box.querySelector(':scope > .page:last-of-type'); }
  /** Whether the newest message is in the page. */
  get isAtNewest() { return this.bottom.dataset.newer === 'false'; }
  get isNearEnd() { return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 60; }

  /** Links are for whoever has no script; a day is named once. */
  settle() {
    this.box.querySelectorAll('.older, .newer').forEach(link => link.remove());
    let day;
    for (const heading of this.box.querySelectorAll('.day')) {
      heading.hidden = heading.dataset.day === day;
      day = heading.dataset.day;
    }
  }

  look() {
    this.newestButton.hidden = this.isAtNewest && this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 600;
    if (this.busy) {
      return;
    }
    if (this.box.scrollTop < NEAR && this.top.dataset.older === 'true') {
      this.load('before', this.top.dataset.first);
    } else if (this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR && !this.isAtNewest) {
      this.load('after', this.bottom.dataset.last);
    }
  }

  async load(direction, cursor) {
    this.busy = true;
    this.box.setAttribute('aria-busy', 'true');
    try {
      const page = await this.fetch(`${direction}=${encodeURIComponent(cursor)}`);
      if (!page.dataset.first) {
        // Nothing is there any more.
        (direction === 'before' ? this.top : this.bottom).dataset[direction === 'before' ? 'older' : 'newer'] = 'false';
      } else if (direction === 'before') {
        page.dataset.newer = 'true';
        this.keepingPlace(() => this.box.prepend(page));
        if (this.pages.length > MOST_PAGES) {
          this.bottom.remove();
          this.bottom.dataset.newer = 'true';
        }
      } else {
        this.box.append(page);
        this.settle();
        if (this.pages.length > MOST_PAGES) {
          this.keepingPlace(() => this.top.remove());
          this.top.dataset.older = 'true';
        }
      }
      this.settle();
    } catch (e) {
      say('Messages could not be loaded: scroll again to try.');
      await new Promise(resolve => setTimeout(resolve, 1500));
    } finally {
      this.busy = false;
      this.box.removeAttribute('aria-busy');
    }
    requestAnimationFrame(() => this.look());
  }

  async fetch(query) {
    const answer = await fetch(`${this.top.dataset.path}/messages?${query}`, { headers: { 'HX-Request': 'true' } });
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    const page = elements(await answer.text()).querySelector('.page');
    htmx.process(page);
    return page;
  }

  /** What one looks at stays where it is, whatever comes or goes above. */
  keepingPlace(change) {
    const before = this.box.scrollHeight;
    const at = this.box.scrollTop;
    change();
    this.settle();
    this.box.scrollTop = at + this.box.scrollHeight - before;
  }

  async toNewest() {
    if (!this.isAtNewest) {
      const page = await this.fetch('');
      this.box.replaceChildren(page);
      this.settle();
    }
    this.box.scrollTop = this.box.scrollHeight;
    this.look();
  }

  /** A message that changed, or a new one. */
  show(news) {
    const article = elements(news.html).querySelector('.message');
    htmx.process(article);
    const old = document.getElementById(news.dom);
    if (old) {
      const focused = old.contains(document.activeElement);
      old.replaceWith(article);
      article.classList.add('changed');
      if (focused) {
        article.querySelector('.open')?.focus();
      }
      announce(article, 'changed');
    } else if (this.isAtNewest && this.isNewerThanAll(news)) {
      const stay = !this.isNearEnd;
      let page = this.bottom;
      page.querySelector(':scope > .none')?.remove();
      if (page.querySelectorAll('.message').length >= 50) {
        const next = document.createElement('section');
        next.className = 'page';
        Object.assign(next.dataset, { path: page.dataset.path, first: news.cursor, older: 'true', newer: 'false' });
        page.dataset.newer = 'true';
        page.after(next);
        page = next;
      }
      const heading = document.createElement('h2');
      heading.className = 'day';
      heading.dataset.day = news.day;
      const day = document.createElement('span');
      day.textContent = news.day;
      heading.append(day);
      page.append(heading, article);
      page.dataset.last = news.cursor;
      page.dataset.first ??= news.cursor;
      if (this.pages.length > MOST_PAGES && !stay) {
        this.top.remove();
        this.top.dataset.older = 'true';
      }
      this.settle();
      if (!stay) {
        this.box.scrollTop = this.box.scrollHeight;
      }
      announce(article, 'new');
    } else if (this.top.dataset.first && news.at > at(this.top.dataset.first)) {
      // One that came late, among those that are shown.
      [...this.box.querySelectorAll('.message')].find(one => at(one.dataset.cursor) > news.at)?.before(article);
    }
    if (history?.querySelector(`.history-inner[data-message="${CSS.escape(news.dom)}"]`)) {
      htmx.ajax('GET', article.querySelector('.open').getAttribute('href'), { target: '#history', swap: 'innerHTML' });
    }
  }

  isNewerThanAll(news) {
    const last = this.bottom.dataset.last;
    return !last || news.at >= at(last);
  }

  forget(dom) {
    document.getElementById(dom)?.remove();
  }
}

function announce(article, what) {
  const text = article.querySelector('.text')?.textContent.slice(0, 200) ?? '';
  document.getElementById('news').textContent = `Message ${what}: ${article.classList.contains('deleted') ? 'deleted' : text}`;
}

// ── What happens, as it happens ───────────────────────────────────────────────────────────────────────────────────

const live = document.querySelector('[data-live]');

if (live) {
  const box = document.getElementById('messages');
  const messages = box ? new Messages(box) : null;
  const state = document.getElementById('live');
  const parameters = new URLSearchParams({ account: live.dataset.account, after: live.dataset.after });
  if (live.dataset.chat) {
    parameters.set('chat', live.dataset.chat);
  }
  const feed = new EventSource(`${live.dataset.live}?${parameters}`);
  const is = (word, text) => {
    if (state) {
      state.dataset.state = word;
      state.textContent = text;
    }
  };
  feed.onopen = () => is('live', 'live');
  feed.onerror = () => is('lost', feed.readyState === EventSource.CLOSED ? 'not live: load the page anew' : 'connecting again');
  feed.addEventListener('message', event => messages?.show(JSON.parse(event.data)));
  feed.addEventListener('gone', event => messages?.forget(JSON.parse(event.data).dom));
  feed.addEventListener('reload', () => location.reload());
  let due;
  feed.addEventListener('chats', () => {
    due ??= setTimeout(() => {
      due = undefined;
      const search = document.getElementById('q');
      const query = new URLSearchParams({ q: search.value, open: live.dataset.chat ?? '' });
      // Not while somebody is going through it by keyboard, or has scrolled down.
      const list = document.getElementById('chats');
      if (!list.contains(document.activeElement) && list.scrollTop < 40) {
        htmx.ajax('GET', `${search.getAttribute('hx-get')}?${query}`, { target: '#chats', swap: 'outerHTML' });
      }
    }, 1500);
  });
  addEventListener('pagehide', () => feed.close());
}
