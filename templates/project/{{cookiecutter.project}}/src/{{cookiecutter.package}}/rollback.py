"""``make rollback``: serve the model before the present one again; once more undoes it."""

from .artifacts import ArtifactError, roll_back


def main() -> None:
    """Bring the model before back, and say which it is."""
    try:
        version = roll_back()
    except ArtifactError as error:
        raise SystemExit(str(error)) from None
    print(f"The model is {version} again. Start the service anew to serve it.")


if __name__ == "__main__":
    main()
