"""The bench measures in the environment that the image gives the server."""

from pathlib import Path

from bench.deployed import image_environment


def test_the_variables_of_every_stage_line_are_read(tmp_path: Path) -> None:
    """One a line or several, continued by a backslash."""
    file = tmp_path / "Dockerfile"
    file.write_text(
        "FROM base\nENV ONE=1 \\\n    TWO=/a/b\nRUN ENV\nENV THREE=x=y\nWORKDIR /data\n"
    )

    assert image_environment(file) == {"ONE": "1", "TWO": "/a/b", "THREE": "x=y"}


def test_the_app_looks_certificates_up_instead_of_loading_them() -> None:
    """It is measured as it runs in a home."""
    assert "SSL_CERT_DIR" in image_environment()
