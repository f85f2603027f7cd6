"""Measures a SageMaker endpoint with AIPerf. A zip file has no packages without a file like this one."""
