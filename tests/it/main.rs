mod google;
mod loopback;
