"""Which folders an installed Assay holds; everything else is in pyproject.toml.

`assets` is no package and must not be one: installed, it stands beside the others under a name that nobody else has.
"""

from setuptools import find_namespace_packages, setup

setup(
    packages=[
        *find_namespace_packages(include=["audit", "audit.*", "dashboard", "dashboard.*", "models", "models.*"]),
        "assay_assets",
    ],
    package_dir={"assay_assets": "assets"},
)
