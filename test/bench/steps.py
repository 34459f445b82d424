"""
A training loop without the training, to see what logging its steps costs:

    python steps.py print|mlflow STEPS FILE

Writes to FILE how many seconds the steps took.
"""

import json
import sys
import time

how, steps, result = sys.argv[1], int(sys.argv[2]), sys.argv[3]

if how == "mlflow":
    import mlflow

    mlflow.start_run()
    mlflow.log_param("lr", 0.1)

    def log(step, loss):
        mlflow.log_metric("loss", loss, step=step)

else:

    def log(step, loss):
        print(f"step={step} loss={loss:.6f}", flush=True)


began = time.perf_counter()
for step in range(steps):
    log(step, 1 / (step + 1))
ended = time.perf_counter()

if how == "mlflow":
    mlflow.end_run()
with open(result, "w", encoding="utf-8") as file:
    json.dump({"seconds": ended - began}, file)
