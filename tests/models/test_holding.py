"""What a process holds: the last used models, within a number and a size, and nothing of those let go."""

import gc
import subprocess
import sys
import weakref

from models.holding import Holder, weight_bytes


class Model:
    engine = "torch"

    def __init__(self, parameters=0):
        import torch

        self.module = torch.nn.Linear(max(parameters, 1), 1, bias=False)
        self.itself = self  # as a classifier and its engine hold each other


def test_the_longest_unused_goes_first():
    holder = Holder(2)
    models = [Model() for _ in range(3)]
    holder.put("a", models[0])
    holder.put("b", models[1])
    assert holder.get("a") is models[0]
    holder.make_room()
    assert holder.get("b") is None
    holder.put("c", models[2])
    assert (holder.get("a"), holder.get("c")) == (models[0], models[2])


def test_size_counts_and_the_one_in_use_always_stays():
    holder = Holder(3, most_bytes=1_000)
    holder.put("small", Model(100))
    holder.put("other", Model(100))
    assert len(holder) == 2
    holder.put("large", Model(10_000))
    assert len(holder) == 1
    assert holder.get("large") is not None


def test_what_is_let_go_is_freed_at_once_although_it_holds_itself():
    gc.disable()
    try:
        holder = Holder(1)
        model = Model()
        holder.put("a", model)
        gone = weakref.ref(model)
        del model
        holder.make_room()
        assert gone() is None
    finally:
        gc.enable()


def test_an_exported_copy_counts(tiny_bert):
    size = weight_bytes(tiny_bert)
    assert size == sum(p.numel() * 4 for p in tiny_bert.module.parameters())


def test_freed_memory_of_many_threads_goes_back_to_the_system():
    """Threads that each free 64 MB of small blocks leave next to nothing behind."""
    code = """
import sys, threading
from pathlib import Path
from models.memory import bound_heap, give_back

def resident():
    return int(next(l for l in Path("/proc/self/status").read_text().splitlines() if l.startswith("VmRSS")).split()[1]) // 1024

bound_heap()
before = resident()
meet = threading.Barrier(4)

def work():
    kept = [bytes(1000) for _ in range(64_000)]
    meet.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
give_back()
print(resident() - before)
"""
    if not sys.platform.startswith("linux"):
        return
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 64


def test_large_blocks_go_back_to_the_system_when_they_are_freed():
    """As a batch's tensors are: between small ones that stay, and after a larger one has been freed."""
    code = """
import ctypes
from pathlib import Path
from models.memory import bound_heap

bound_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes, libc.memset.argtypes = [ctypes.c_void_p], [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]

def resident():
    return int(next(l for l in Path("/proc/self/status").read_text().splitlines() if l.startswith("VmRSS")).split()[1]) // 1024

def block(size):
    place = libc.malloc(size)
    libc.memset(place, 1, size)
    return place

libc.free(block(24 << 20))
before = resident()
large = []
for _ in range(10):
    large.append(block(8 << 20))
    block(100_000)
for place in large:
    libc.free(place)
print(resident() - before)
"""
    if not sys.platform.startswith("linux"):
        return
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 16  # 81 where glibc learns from the first


def test_what_is_spare_goes_before_another_is_loaded_unless_it_is_used_again():
    holder = Holder(3)
    for name in "abc":
        holder.put(name, Model())
    for name in "ab":
        holder.spare(name)
    holder.spare("never held")
    assert holder.get("b") is not None  # used again
    holder.make_room()
    assert ("a" in holder, "b" in holder, "c" in holder) == (False, True, True)
    holder.make_room()
    assert len(holder) == 2
