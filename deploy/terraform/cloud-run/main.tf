# The recommended way: Cloud Run, with a repository for images and a bucket for models.

module "slipway" {
  source = "../modules/cloud-run"

  name          = var.name
  region        = var.region
  bucket        = var.bucket
  image         = var.image
  invokers      = var.invokers
  min_instances = var.min_instances
}
