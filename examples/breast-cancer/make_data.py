"""Writes data/breast_cancer.csv: the Wisconsin diagnostic data set, as scikit-learn ships it."""

from pathlib import Path

from sklearn.datasets import load_breast_cancer

TARGET = Path(__file__).parent / "data" / "breast_cancer.csv"


def main():
    frame = load_breast_cancer(as_frame=True).frame
    frame.columns = [name.replace(" ", "_") for name in frame.columns]
    frame = frame.rename(columns={"target": "benign"})
    TARGET.parent.mkdir(exist_ok=True)
    frame.to_csv(TARGET, index=False, lineterminator="\n")
    print(f"{TARGET}: {len(frame)} rows, {len(frame.columns)} columns")


if __name__ == "__main__":
    main()
