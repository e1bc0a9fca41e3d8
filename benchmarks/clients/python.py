"""Python Requests in a process of its own: the same lines in and out as worker.ts.

    python3 python.py <setup as JSON>
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter

POSTED = {"id": 7, "name": "Ada Lovelace", "tags": ["analyst", "metaphysician"], "active": True}
COOKIES = {"session": "8f14e45fceea167a", "theme": "dark", "locale": "en-GB", "consent": "yes", "cart": "3f2a"}
HEADERS = {"User-Agent": "shop/1.0", "Accept": "application/json", "Accept-Language": "en", "X-Tenant": "north"}

setup = json.loads(sys.argv[1])


def new_session():
    session = requests.Session()
    session.verify = setup["ca"]
    session.mount("http://", HTTPAdapter(pool_maxsize=50))
    session.mount("https://", HTTPAdapter(pool_maxsize=50))
    return session


plain = new_session()
shop = new_session()
shop.headers.update(HEADERS)
shop.auth = ("ada", "lovelace")
shop.params = {"version": "2", "lang": "en"}
for name, value in COOKIES.items():
    shop.cookies.set(name, value, domain="127.0.0.1")


def get(url):
    return plain.get(url).json()


def download(url):
    with plain.get(url, stream=True) as response:
        return sum(len(piece) for piece in response.iter_content(16384))


def upload(url):
    with open(setup["file"], "rb") as body:
        return plain.post(url, data=body).status_code


OPERATIONS = {
    "get": get,
    "gzip": get,
    "redirects": get,
    "post": lambda url: plain.post(url, json=POSTED).json(),
    "download": download,
    "upload": upload,
    "session": lambda url: shop.get(url, params={"q": "difference engine", "page": "3"}).json(),
}


def run(slice):
    operation, url, expected = OPERATIONS[slice["operation"]], slice["url"], slice["expected"]

    def once(_):
        result = operation(url)
        if (result["id"] if expected is None else result) != (1 if expected is None else expected):
            raise ValueError(f"wrong answer to {slice['operation']}")

    count = slice["count"]
    cpu, start = time.process_time(), time.perf_counter()
    if slice["concurrency"] == 1:
        for i in range(count):
            once(i)
    else:
        with ThreadPoolExecutor(slice["concurrency"]) as threads:
            list(threads.map(once, range(count)))
    wall, used = time.perf_counter() - start, time.process_time() - cpu
    return {"cpuMicros": used * 1e6 / count, "perSecond": count / wall}


def say(message):
    print(json.dumps(message), flush=True)


say(list(OPERATIONS))
for line in sys.stdin:
    say(run(json.loads(line)))
