"""Trains for about a minute and logs a metric each second: something to watch, stop or interrupt."""

import argparse
import time
from pathlib import Path

import mlflow
import pandas as pd
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--lr", type=float, default=0.0005)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    frame = pd.read_csv(HERE / "data" / "breast_cancer.csv")
    x, y = frame.drop(columns="benign"), frame["benign"]
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=args.seed, stratify=y)
    scaler = StandardScaler().fit(x_train)
    x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)

    mlflow.set_experiment("breast-cancer")
    with mlflow.start_run(run_name="long"):
        mlflow.log_params({"lr": args.lr, "seed": args.seed, "seconds": args.seconds})
        model = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=args.lr, random_state=args.seed)
        for second in range(1, args.seconds + 1):
            model.partial_fit(x_train, y_train, classes=[0, 1])
            loss = log_loss(y_test, model.predict_proba(x_test))
            accuracy = model.score(x_test, y_test)
            mlflow.log_metrics({"loss": loss, "accuracy": accuracy}, step=second)
            print(f"second {second}: loss {loss:.4f}, accuracy {accuracy:.4f}", flush=True)
            time.sleep(1)


if __name__ == "__main__":
    main()
