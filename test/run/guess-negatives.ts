/** What is no metric, however often it is printed. */
export const never: readonly [what: string, lines: string[]][] = [
  ["words", ["accuracy: high", "accuracy: low", "loss: none", "loss=None"]],
  [
    "seeds, ports, pids, times, versions",
    [
      "seed: 1, port=8080, pid: 12, time: 1.5, version=3, random_state=7, timestamp: 17e8, eta: 5",
      "seed: 2, port=8081, pid: 13, time: 2.5, version=4, random_state=8, timestamp: 18e8, eta: 4",
      "total_time: 5.0 elapsed_seconds=3.0 worker_id: 3 np_random_seed=5 server port: 80 process pid=77",
      "total_time: 6.0 elapsed_seconds=4.0 worker_id: 4 np_random_seed=6 server port: 81 process pid=78",
    ],
  ],
  [
    "dates and clocks",
    [
      "date: 2026-11-23",
      "date: 2026-11-24",
      "start=13:06:00",
      "start=13:07:00",
      "Saved: 2026/11/23",
      "Saved: 2026/11/24",
    ],
  ],
  [
    "IPs, URLs, ports",
    [
      "address: 10.0.0.1",
      "address: 10.0.0.2",
      "Running on http://127.0.0.1:5000",
      "Running on http://127.0.0.1:5001",
      "server=10.0.0.1:8080",
      "server=10.0.0.1:8081",
      "redis:6379",
      "redis:6380",
      "see https://host/x?epoch=1&loss=3",
      "see https://host/x?epoch=2&loss=4",
    ],
  ],
  [
    "hex and hashes",
    [
      "model: 0x7f12ab",
      "model: 0x7f12ac",
      "commit: 1234567",
      "commit: 7654321",
      "key: 1e5f3a",
      "key: 2e5f3a",
    ],
  ],
  [
    "versions",
    [
      "torch: 2.3.1",
      "torch: 2.3.2",
      "numpy==1.26",
      "numpy==1.27",
      "x>=3",
      "x>=4",
      "Python: 3.11",
      "Python: 3.12",
    ],
  ],
  [
    "pip",
    [
      "Collecting numpy==1.26.4",
      "  Downloading numpy-1.26.4-cp311.whl (18.2 MB)",
      "     ━━━━━━━━━━━━━━━━━━━━━━━━ 18.2/18.2 MB 5.3 MB/s eta 0:00:00\r",
      "     ━━━━━━━━━━━━━━━━━━━━━━━━ 18.2/18.2 MB 5.3 MB/s eta 0:00:00",
      "Requirement already satisfied: six>=1.5 in ./lib (from x) (1.16.0)",
      "Requirement already satisfied: six>=1.5 in ./lib (from y) (1.16.0)",
      "Successfully installed numpy-1.26.4",
    ],
  ],
  [
    "a traceback",
    [
      "Traceback (most recent call last):",
      '  File "/x/train.py", line 12, in <module>',
      "    loss = 0.5",
      "    ~~~~~^~~~",
      "ValueError: 5",
      "Traceback (most recent call last):",
      '  File "/x/train.py", line 12, in <module>',
      "    loss = 0.5",
      "ValueError: 6",
    ],
  ],
  [
    "warnings",
    ["/x/y.py:12: UserWarning: alpha=0.5 is deprecated", "/x/y.py:13: UserWarning: alpha=0.6 is deprecated"],
  ],
  [
    "estimators",
    [
      "RandomForestClassifier(max_depth=5, n_estimators=100)",
      "RandomForestClassifier(max_depth=6, n_estimators=(1, 2))",
    ],
  ],
  [
    "amounts with units",
    ["memory: 1.5 GB, wait: 3s, speed=9.1it/s", "memory: 1.6 GB, wait: 4s, speed=9.2it/s"],
  ],
  ["file positions", ["train.py:12", "train.py:13", "see model.py: 12", "see model.py: 13"]],
  [
    "bars without values",
    [
      "Downloading: 45%|####5     | 45/100 [00:01<00:01, 9.1it/s]\r",
      "Downloading: 46%|####6     | 46/100 [00:01<00:01, 9.1it/s]\r",
      "Progress: 45%",
      "Progress: 46%",
    ],
  ],
  ["counters alone", ["Epoch: 1", "Epoch: 2", "step=5", "step=6", "Iteration 7", "Iteration 8"]],
  [
    "amounts of things",
    [
      "3 of 5",
      "image: 3 of 5",
      "image: 4 of 5",
      "epochs: 10",
      "epochs: 20",
      "num_params: 1000",
      "num_params: 2000",
    ],
  ],
  [
    "sentences",
    ["We found that the best answer overall is: 42", "We found that the best answer overall is: 43"],
  ],
  ["comparisons", ["loss <= 0.5", "loss <= 0.4", "loss != 3", "loss == 3", "if loss > = 3"]],
  [
    "addresses of devices",
    ["Using device cuda:0", "Using device cuda:1", "device: cuda:0", "gpu:1", "gpu:2"],
  ],
  [
    "MLflow's own words",
    [
      "🏃 View run able-cat at: http://127.0.0.1:5000/#/experiments/0/runs/1",
      "🏃 View run able-dog at: http://127.0.0.1:5000/#/experiments/0/runs/2",
    ],
  ],
  [
    "Java and C++ lines",
    [
      "std::vector<int>::size: x",
      "foo::bar 5",
      "26/11/23 13:06:00 INFO TaskSetManager: Finished task 0.0 in stage 1.0 (TID 5)",
    ],
  ],
  [
    "pytest",
    [
      "collected 12 items",
      "tests/test_a.py::test_x PASSED [ 50%]",
      "===== 12 passed, 1 warning in 0.53s =====",
    ],
  ],
  [
    "git and npm",
    [
      "remote: Counting objects: 100% (5/5), done.",
      "Unpacking objects: 100% (5/5), 1.2 KiB | 3.1 MiB/s, done.",
      "added 120 packages in 3s",
      "npm WARN config x=1",
    ],
  ],
  [
    "nvidia-smi",
    [
      "| 0  NVIDIA H100   On  | 00000000:18:00.0 Off |   0 |",
      "| N/A   30C    P0   71W / 700W |   4MiB / 81559MiB |  0%  Default |",
    ],
  ],
  [
    "shards, samples, downloads",
    [
      "Loading checkpoint shards:  50%|#####     | 1/2 [00:03<00:03,  3.10s/it]",
      "Map:  10%|#| 100/1000 [00:00<00:01, 900.00 examples/s]",
      "model.safetensors: 100%|##| 440M/440M [00:05<00:00, 80MB/s]",
    ],
  ],
  [
    "Spark and Ray",
    [
      "26/11/23 13:06:00 WARN TaskSetManager: Lost task 1.0 in stage 2.0",
      "(pid=1234) GET / HTTP/1.1 200 5",
      "[Stage 1:>        (0 + 8) / 200]",
    ],
  ],
  [
    "config dumps of one run",
    ["  name: x", "  path: /a/b/c_1.2", "  layers: [64, 64]", "  opt: {'lr': 'auto'}"],
  ],
  ["nothing", ["", " ", "\u0000\u0001", "=", ":", "=5", ":5", "{}", "[]", '{"a": "b"}']],
];
