"""Spaces of SageMaker HyperPod: JupyterLab and Code Editor on the cluster."""
