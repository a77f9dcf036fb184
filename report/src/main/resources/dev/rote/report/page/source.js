// Where the page's data come from: a server, or the file itself.
import { byId } from "./dom.js";

const RETRY_MILLISECONDS = 2000;

/** A request that got no answer, because the server has ended or cannot be reached. */
export class Unreachable extends Error {}

async function ask(path) {
  const answer = await fetch(path).catch(error => { throw new Unreachable(error.message); });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

const query = values => Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");

/** The server: the model now, then events about what changes. */
function liveSource() {
  let position = "";
  return {
    live: true,
    async model() {
      const answer = await ask("api/model");
      position = answer.position;
      return { ...answer.model, audits: answer.audits, studies: answer.studies, name: answer.name };
    },
    curves: keys => ask("api/curves?" + keys.map(key => "key=" + encodeURIComponent(key)).join("&")),
    samples: (draw, judge, epoch, kind, most) => ask("api/samples?" + query({ draw, judge, epoch, kind, most })),
    confusion: async (run, epoch) => ({ epoch, counts: await ask("api/confusion?" + query({ run, epoch })) }),
    image: (run, at) => "api/image?" + query({ run, at }),
    imagesMissing: "",
    // The browser reconnects by itself and sends the id of the last event that it has got. It gives up
    // if something else than events comes back, as from a proxy; then this tries again.
    follow(handlers, connected) {
      let last = position;
      const connect = () => {
        const events = new EventSource("api/events?after=" + encodeURIComponent(last));
        for (const [kind, handler] of Object.entries(handlers)) {
          events.addEventListener(kind, event => {
            last = event.lastEventId;
            handler(JSON.parse(event.data));
          });
        }
        events.onopen = () => connected(true);
        events.onerror = () => {
          connected(false);
          if (events.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MILLISECONDS);
        };
      };
      connect();
    },
  };
}

/** The file: everything is in it. */
function frozenSource(data) {
  const nearest = (epochs, epoch) => epochs.reduce((best, e) => Math.abs(e - epoch) < Math.abs(best - epoch) ? e : best, epochs[0]);
  return {
    live: false,
    model: async () => ({ ...data.model, audits: [], studies: [], name: "" }),
    curves: async keys => Object.fromEntries(keys.filter(key => data.curves[key]).map(key => [key, data.curves[key]])),
    samples: async draw => data.samples[draw],
    async confusion(run, epoch) {
      const kept = data.confusion[run] || {};
      const epochs = Object.keys(kept).map(Number);
      if (epochs.length === 0) return null;
      const at = nearest(epochs, epoch);
      return { epoch: at, counts: kept[at] };
    },
    image: (run, at) => data.images[run + ":" + at] || null,
    imagesMissing: data.missing,
    follow() {},
  };
}

export function openSource() {
  const data = byId("data");
  return data ? frozenSource(JSON.parse(data.textContent)) : liveSource();
}
