"""
Trains a classifier on the breast cancer data and logs it with MLflow.

    python train.py
    python train.py --model logreg --lr 0.01 --epochs 60
    python train.py --config params.yaml
"""

import argparse
from pathlib import Path

import matplotlib
import mlflow
import mlflow.sklearn
import pandas as pd
import yaml
from mlflow.models import infer_signature
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score, f1_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

matplotlib.use("Agg")
HERE = Path(__file__).parent
SOURCE = "https://doi.org/10.24432/C5DW2B"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, help="YAML file with values for the options below")
    parser.add_argument("--data", type=Path, default=HERE / "data" / "breast_cancer.csv")
    parser.add_argument("--model", choices=["rf", "logreg"], default="rf")
    parser.add_argument("--n-estimators", type=int, default=100, help="trees of the forest (rf)")
    parser.add_argument("--max-depth", type=int, default=6, help="depth of a tree (rf)")
    parser.add_argument("--lr", type=float, default=0.01, help="learning rate (logreg)")
    parser.add_argument("--epochs", type=int, default=40, help="passes over the data (logreg)")
    parser.add_argument("--seed", type=int, default=0)
    config = parser.parse_known_args()[0].config
    if config:
        parser.set_defaults(**{key.replace("-", "_"): value for key, value in yaml.safe_load(config.read_text()).items()})
    return parser.parse_args()


def grow_forest(args, x, y):
    """Yields (number of trees, forest) while it grows in ten parts."""
    forest = RandomForestClassifier(max_depth=args.max_depth, warm_start=True, random_state=args.seed)
    for part in range(1, 11):
        forest.n_estimators = max(1, args.n_estimators * part // 10)
        yield forest.n_estimators, forest.fit(x, y)


def descend(args, x, y):
    """Yields (epoch, model) of a logistic regression by stochastic gradient descent."""
    scaler = StandardScaler().fit(x)
    line = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=args.lr, random_state=args.seed)
    for epoch in range(1, args.epochs + 1):
        line.partial_fit(scaler.transform(x), y, classes=[0, 1])
        yield epoch, make_pipeline(scaler, line)


def main():
    args = parse_arguments()
    frame = pd.read_csv(args.data)
    x, y = frame.drop(columns="benign"), frame["benign"].astype(float)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=args.seed, stratify=y)

    mlflow.set_experiment("breast-cancer")
    with mlflow.start_run(run_name=f"{args.model} seed {args.seed}"):
        chosen = ["n_estimators", "max_depth"] if args.model == "rf" else ["lr", "epochs"]
        mlflow.log_params({name: getattr(args, name) for name in ["model", "seed", *chosen]})
        mlflow.log_input(mlflow.data.from_pandas(frame, source=SOURCE, name="breast_cancer"), "training")

        for step, model in (grow_forest if args.model == "rf" else descend)(args, x_train, y_train):
            losses = {
                "train_loss": log_loss(y_train, model.predict_proba(x_train)),
                "test_loss": log_loss(y_test, model.predict_proba(x_test)),
            }
            mlflow.log_metrics(losses, step=step)
            print(f"step {step}: " + ", ".join(f"{name} {value:.4f}" for name, value in losses.items()))

        predicted = model.predict(x_test)
        scores = {
            "accuracy": accuracy_score(y_test, predicted),
            "f1": f1_score(y_test, predicted),
            "roc_auc": roc_auc_score(y_test, model.predict_proba(x_test)[:, 1]),
        }
        mlflow.log_metrics(scores)
        matrix = ConfusionMatrixDisplay.from_predictions(y_test, predicted, display_labels=["malignant", "benign"])
        mlflow.log_figure(matrix.figure_, "confusion_matrix.png")
        mlflow.log_table(pd.DataFrame({"truth": y_test, "predicted": predicted}), "predictions.json")
        mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(x_test, predicted),
            input_example=x_test.head(2),
            serialization_format="cloudpickle",
            pip_requirements=["scikit-learn", "pandas"],
        )
        print(", ".join(f"{name} {value:.4f}" for name, value in scores.items()))


if __name__ == "__main__":
    main()
