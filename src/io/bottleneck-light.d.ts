// The build that Octokit's plugin itself uses, without the Redis of the full one; its types are the same.
declare module "bottleneck/light.js" {
  import Bottleneck from "bottleneck";
  export default Bottleneck;
}
